#include "sim/compute/laws.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "sim/compute/compute_error.hpp"
#include "sim/compute/registry.hpp"
#include "tests/sim/compute/expectation.hpp"
#include "tests/temporary_folder.hpp"

namespace gossamer {
namespace {

using namespace std::chrono_literals;
using testing::Survival;

constexpr Seconds now{0};

/// A law, and the distribution of its steps: P(T > from + t) = survival(t).
struct Case {
  std::string name;
  std::unique_ptr<StepTimes> law;
  double from;
  Survival survival;
};

Survival lognormal_survival(double mean, double sigma) {
  return [=, mu = std::log(mean) - sigma * sigma / 2](double t) {
    return 0.5 * std::erfc((std::log(t) - mu) / (sigma * std::numbers::sqrt2));
  };
}

std::vector<Case> cases() {
  std::vector<Case> result;
  const auto add = [&](const char* name, std::unique_ptr<StepTimes> law, double from, Survival survival) {
    result.push_back({name, std::move(law), from, std::move(survival)});
  };
  add("uniform", step_times(UniformStep{.low = 5ms, .high = 15ms}, 1), 5e-3,
      [](double t) { return std::max(0.0, 1 - t / 10e-3); });
  add("exponential", step_times(ExponentialStep{.mean = 10ms}, 1), 0, [](double t) { return std::exp(-t / 10e-3); });
  add("shifted_exponential", step_times(ShiftedExponentialStep{.shift = 8ms, .tail = 2ms}, 1), 8e-3,
      [](double t) { return std::exp(-t / 2e-3); });
  add("gamma, shape 3", step_times(GammaStep{.mean = 12ms, .shape = 3}, 1), 0, [](double t) {
    const double x = t / 4e-3;
    return std::exp(-x) + std::exp(std::log(x) - x) + std::exp(2 * std::log(x) - x) / 2;
  });
  add("gamma, shape 1/2", step_times(GammaStep{.mean = 10ms, .shape = 0.5}, 1), 0,
      [](double t) { return std::erfc(std::sqrt(t / 20e-3)); });  // half a squared normal
  add("lognormal", step_times(LognormalStep{.mean = 10ms, .sigma = 0.5}, 1), 0, lognormal_survival(10e-3, 0.5));
  add("pareto", step_times(ParetoStep{.mean = 12ms, .shape = 6}, 1), 10e-3,
      [](double t) { return std::pow(10e-3 / (10e-3 + t), 6); });
  add("weibull, shape 2", step_times(WeibullStep{.mean = 10ms, .shape = 2}, 1), 0, [](double t) {
    const double x = t / (10e-3 / std::tgamma(1.5));
    return std::exp(-x * x);
  });
  add("weibull, shape 0.7", step_times(WeibullStep{.mean = 10ms, .shape = 0.7}, 1), 0,
      [](double t) { return std::exp(-std::pow(t / (10e-3 / std::tgamma(1 + 1 / 0.7)), 0.7)); });
  return result;
}

constexpr int count = 200'000;

/// Steps 0, 1, … of nodes 0 … 9.
std::vector<double> sample(const StepTimes& law) {
  std::vector<double> seconds;
  for (int k = 0; k < count; ++k)
    seconds.push_back(law.duration(k % 10, static_cast<std::uint64_t>(k / 10), now).count());
  return seconds;
}

/// E[(T − E T)⁴] from E[Tᵏ] = ∫ k t^{k−1} P(T > t) dt.
double fourth_moment(const Survival& survival) {
  double raw[5] = {1};
  for (int k = 1; k <= 4; ++k)
    raw[k] = testing::integral([&](double t) { return k * std::pow(t, k - 1) * survival(t); });
  const double m = raw[1];
  return raw[4] - 4 * m * raw[3] + 6 * m * m * raw[2] - 3 * m * m * m * m;
}

TEST_CASE("Step times have the mean, the variance and the distribution of their law") {
  // With N draws, four standard errors: of the mean √(σ²/N), of the variance √((μ₄ − σ⁴)/N). Kolmogorov's law:
  // √N sup |F_N − F| exceeds 1.95 once in a thousand.
  for (const Case& c : cases()) {
    CAPTURE(c.name);
    std::vector<double> seconds = sample(*c.law);
    const auto expected = testing::expectation(c.survival, c.from);
    double mean = 0, variance = 0;
    for (const double t : seconds) mean += t / count;
    for (const double t : seconds) variance += (t - mean) * (t - mean) / count;
    CHECK(std::abs(mean - expected.mean) < 4 * std::sqrt(expected.variance / count));
    const double spread = fourth_moment(c.survival) - expected.variance * expected.variance;
    CHECK(std::abs(variance - expected.variance) < 4 * std::sqrt(spread / count));

    std::sort(seconds.begin(), seconds.end());
    double distance = 0;
    for (int k = 0; k < count; ++k) {
      const double below = 1 - c.survival(seconds[static_cast<std::size_t>(k)] - c.from);
      distance = std::max({distance, below - static_cast<double>(k) / count, (k + 1.0) / count - below});
    }
    CHECK(distance < 1.95 / std::sqrt(count));
  }
}

TEST_CASE("The slowest of n steps takes ∫ (1 − Fⁿ) in the mean") {
  constexpr NodeId n = 8;
  for (const Case& c : cases()) {
    CAPTURE(c.name);
    testing::check_mean(testing::expectation(testing::slowest(c.survival, n), c.from), 20'000, [&](std::uint64_t k) {
      double longest = 0;
      for (NodeId i = 0; i < n; ++i) longest = std::max(longest, c.law->duration(i, k, now).count());
      return longest;
    });
  }
}

TEST_CASE("The integrals equal the known closed forms") {
  // Uniform: low + (high − low) n/(n + 1). Weibull: Γ(1 + 1/k) Σ_j (−1)^{j+1} C(n, j) j^{−1/k} times the scale.
  const auto uniform = testing::slowest([](double t) { return std::max(0.0, 1 - t); }, 4);
  CHECK(testing::expectation(uniform).mean == doctest::Approx(0.8).epsilon(1e-4));  // the integrand has a corner
  const auto weibull = testing::slowest([](double t) { return std::exp(-t * t); }, 3);
  const double sum = 3 - 3 / std::sqrt(2.0) + 1 / std::sqrt(3.0);
  CHECK(testing::expectation(weibull).mean == doctest::Approx(std::tgamma(1.5) * sum).epsilon(1e-10));
}

TEST_CASE("Constant steps are constant, and a uniform law needs room between its bounds") {
  CHECK(step_times(ConstantStep{.step = 7ms})->duration(3, 9, now) == Seconds{7ms});
  CHECK_THROWS_WITH_AS(step_times(UniformStep{.low = 2s, .high = 2s}, 1),
                       "uniform: low is 2 s and high 2 s, expected low below high", ComputeError);
}

TEST_CASE("Drawn once for each node, all steps of a node take as long, and nodes keep to the law") {
  const auto law = once_per_node(step_times(ExponentialStep{.mean = 1s}, 1));
  for (NodeId i = 0; i < 100; ++i) CHECK(law->duration(i, 17, Seconds{3}) == law->duration(i, 0, now));
  testing::check_mean({.mean = 1, .variance = 1}, 10'000,
                      [&](std::uint64_t k) { return law->duration(static_cast<NodeId>(k), 5, now).count(); });
}

/// All laws of the registry with their defaults and the settings that they require.
class AllLaws {
 public:
  std::unique_ptr<StepTimes> make(const Entry<StepTimeLaw>& entry, NodeId nodes, std::uint64_t seed = 1) const {
    Values values = defaults(entry.settings);
    for (const Setting& setting : entry.settings)
      if (setting.required) values[setting.name] = folder_.write("times.csv", "step_time_s\n0.1\n0.3\n0.2\n").string();
    return entry.make(values, {.nodes = nodes,
                               .seed = seed,
                               .resolve = [](const std::string& path) { return std::filesystem::path{path}; },
                               .model = {{.flops = 1e9, .bytes = 1e6}}});
  }

 private:
  TemporaryFolder folder_;
};

TEST_CASE("Every law of the registry makes positive, finite step times with its defaults") {
  const AllLaws laws;
  for (const auto& entry : step_time_laws()) {
    CAPTURE(entry.name);
    const auto law = laws.make(entry, 16);
    for (std::uint64_t k = 0; k < 100; ++k) {
      const double t = law->duration(static_cast<NodeId>(k % 16), k, now).count();
      CHECK(t > 0);
      CHECK(std::isfinite(t));
    }
  }
}

TEST_CASE("A node's step times depend neither on the number of nodes nor on the order of calls") {
  const AllLaws laws;
  for (const auto& entry : step_time_laws()) {
    if (entry.name == "slow_nodes") continue;  // a share of the nodes is one of all nodes
    CAPTURE(entry.name);
    const auto alone = laws.make(entry, 8);
    const auto among = laws.make(entry, 1000);
    for (std::uint64_t k = 0; k < 100; ++k) {
      for (NodeId other = 0; other < 7; ++other) (void)among->duration(other, k, now);
      CHECK(alone->duration(7, k, now) == among->duration(7, k, now));
    }
    const auto backward = laws.make(entry, 8);
    for (std::uint64_t k = 100; k-- > 0;) CHECK(backward->duration(7, k, now) == alone->duration(7, k, now));
  }
}

TEST_CASE("Averages take bytes over a rate, and longer the more of their memory has left the caches") {
  const auto law =
      averaging_at({.rate = 1e6, .cold_rate = 0.25e6, .cooling = 2}, step_times(ConstantStep{.step = 7ms}));
  CHECK(law->duration(3, 9, now) == Seconds{7ms});
  CHECK(law->averaging(1000, 1).count() == doctest::Approx(1e-3));
  CHECK(law->averaging(1000, 3).count() == doctest::Approx(1e-3 + 3e-3 * (1 - std::exp(-1.0))));
  CHECK(law->averaging(1000, 1'000'000).count() == doctest::Approx(4e-3));
  const auto warm = averaging_at({.rate = 1e6}, step_times(ConstantStep{.step = 7ms}));
  CHECK(warm->averaging(1000, 1'000'000).count() == doctest::Approx(1e-3));
}

TEST_CASE("Half of all phases are slow, their mean is the law's, and two nodes wait for the slower one") {
  constexpr double unevenness = 0.2;
  constexpr std::uint64_t steps = 5;
  const auto law = in_phases({.unevenness = unevenness, .steps = steps}, step_times(ConstantStep{.step = 1s}), 1);
  const auto of_phase = [&](NodeId i, std::uint64_t phase) { return law->duration(i, steps * phase, now).count(); };
  for (std::uint64_t k = 0; k < 100; ++k) {
    const double step = law->duration(3, k, now).count();
    CHECK(step == of_phase(3, k / steps));
    CHECK((step == 1 + unevenness || step == 1 - unevenness));
  }
  testing::check_mean({.mean = 1, .variance = unevenness * unevenness}, 10'000,
                      [&](std::uint64_t k) { return of_phase(0, k); });
  // Both are fast in a quarter of the phases: the slower one takes 1 + u/2 in the mean, with variance 3 u²/4.
  testing::check_mean({.mean = 1 + unevenness / 2, .variance = 0.75 * unevenness * unevenness}, 10'000,
                      [&](std::uint64_t k) { return std::max(of_phase(0, k), of_phase(1, k)); });
}

TEST_CASE("Another mean scales the same draws, and another seed draws anew") {
  const auto laws = [](Seconds mean, std::uint64_t seed) {
    std::vector<std::unique_ptr<StepTimes>> result;
    result.push_back(step_times(ExponentialStep{.mean = mean}, seed));
    result.push_back(step_times(GammaStep{.mean = mean}, seed));
    result.push_back(step_times(LognormalStep{.mean = mean}, seed));
    result.push_back(step_times(ParetoStep{.mean = mean}, seed));
    result.push_back(step_times(WeibullStep{.mean = mean}, seed));
    return result;
  };
  const auto once = laws(1s, 1), twice = laws(2s, 1), other = laws(1s, 2);
  for (std::size_t l = 0; l < once.size(); ++l) {
    for (std::uint64_t k = 0; k < 20; ++k) {
      CHECK(twice[l]->duration(3, k, now) == 2 * once[l]->duration(3, k, now));
      CHECK(other[l]->duration(3, k, now) != once[l]->duration(3, k, now));
    }
  }
}

}  // namespace
}  // namespace gossamer
