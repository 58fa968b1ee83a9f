#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include <doctest/doctest.h>

#include "algorithms/decentralized/ad_psgd.hpp"
#include "algorithms/decentralized/all_reduce_sgd.hpp"
#include "algorithms/decentralized/d_psgd.hpp"
#include "algorithms/decentralized/swarm_sgd.hpp"
#include "algorithms/periodic/local_sgd.hpp"
#include "sim/compute/laws.hpp"
#include "sim/engine/simulation.hpp"
#include "sim/network/models/alpha_beta.hpp"
#include "sim/network/models/nic.hpp"
#include "tests/formulas.hpp"
#include "tests/graphs.hpp"
#include "tests/sim/compute/expectation.hpp"

// The times of algorithms, by arithmetic on computing and messages.
namespace gossamer::timing_test {
namespace {

using namespace std::chrono_literals;
using testing::Expectation;
using testing::StepsBy;

/// A cluster without numerics.
struct Timing {
  Mixing mixing;
  std::unique_ptr<StepTimes> steps;
  std::unique_ptr<Network> network = std::make_unique<AlphaBetaNetwork>(AlphaBeta{.latency = 0s, .bandwidth = 1.0});
  Bytes payload = 0;

  /// The time at the end of a run, and the counters then.
  struct Seen {
    double time = 0;
    std::vector<NodeCounters> counters = {};
  };
  Seen run(const Program& program, const Limits& limits) const {
    Simulation simulation{{.mixing = mixing, .step_times = *steps, .network = *network, .payload = payload}};
    simulation.run(program, limits);
    Seen seen{.time = simulation.now().count()};
    for (NodeId i = 0; i < mixing.size(); ++i) seen.counters.push_back(simulation.counters(i));
    return seen;
  }
  double time_of(const Program& program, std::uint64_t rounds) const {
    return run(program, {.node_steps = rounds}).time;
  }
};

std::unique_ptr<StepTimes> steps_of(std::vector<double> seconds) {
  return std::make_unique<StepsBy>(
      [seconds](NodeId i, std::uint64_t) { return Seconds{seconds[static_cast<std::size_t>(i)]}; });
}

TEST_CASE("If no node waits, a straggler slows only itself: node i ends floor(s / c_i) gradients by time s") {
  std::vector<double> c(9, 1.0);
  c[4] = 10;
  c[7] = 0.3;
  const Timing cluster{.mixing = testing::ring(9), .steps = steps_of(c)};
  const double s = 47.05;
  for (const Program& program : {Program{[](Node& node) { return ad_psgd(node, {}); }},
                                 Program{[](Node& node) { return swarm_sgd(node, {.local_steps = 1}); }},
                                 Program{[](Node& node) { return swarm_sgd(node, {.local_steps = 4}); }}}) {
    const auto seen = cluster.run(program, {.virtual_time = Seconds{s}});
    for (std::size_t i = 0; i < c.size(); ++i)
      CHECK(seen.counters[i].node_steps == static_cast<std::uint64_t>(std::floor(s / c[i])));
  }
}

TEST_CASE("A pair that waits for both takes the slower one's local steps and the exchange") {
  constexpr int H = 2;
  const Program program = [](Node& node) {
    return swarm_sgd(node, {.local_steps = H, .variant = SwarmSgd::Variant::blocking});
  };
  Timing cluster{.mixing = testing::complete(2), .steps = steps_of({1, 1})};
  cluster.network = std::make_unique<AlphaBetaNetwork>(AlphaBeta{.latency = 300ms, .bandwidth = 1e6});
  cluster.payload = 200'000;
  CHECK(cluster.time_of(program, 20) == doctest::Approx(20.0 / H * (H * 1 + 0.3 + 0.2)));

  // Exponential steps: E max of two sums of two is ∫ (2 S − S²) dt = 4 − 5/4 with S(t) = (1 + t) exp(−t).
  cluster.network = std::make_unique<AlphaBetaNetwork>(AlphaBeta{.latency = 0s, .bandwidth = 1e6});
  cluster.payload = 0;
  cluster.steps = step_times(ExponentialStep{.mean = 1s}, 3);
  const Expectation pair =
      testing::expectation(testing::slowest([](double t) { return std::min(1.0, (1 + t) * std::exp(-t)); }, 2));
  CHECK(pair.mean == doctest::Approx(4 - 5.0 / 4).epsilon(1e-9));
  constexpr int meetings = 20'000;
  CHECK(std::abs(cluster.time_of(program, meetings * H) / meetings - pair.mean) <
        4 * std::sqrt(pair.variance / meetings));
}

TEST_CASE("A round lasts the longer of gradient and messages if they overlap, otherwise their sum") {
  constexpr Seconds latency = 3ms;
  constexpr Bytes payload = 8000;  // 8 ms at 1 MB/s
  const auto round = [&](DPsgd::Form form, double compute) {
    Timing cluster{.mixing = testing::ring(6), .steps = steps_of(std::vector<double>(6, compute)), .payload = payload};
    cluster.network = std::make_unique<AlphaBetaNetwork>(AlphaBeta{.latency = latency, .bandwidth = 1e6});
    return cluster.time_of([form](Node& node) { return d_psgd(node, {.form = form}); }, 10) / 10;
  };
  for (const double compute : {0.002, 0.011, 0.030}) {
    CHECK(round(DPsgd::Form::awc, compute) == doctest::Approx(std::max(compute, 0.003 + 0.008)));
    CHECK(round(DPsgd::Form::atc, compute) == doctest::Approx(compute + 0.003 + 0.008));
  }
}

TEST_CASE("Through one card r neighbors' messages leave one after the other; a matching needs one exchange") {
  // A hub's r messages, and the r that it gets at once, take L + r s/B; with one peer each, L + s/B.
  const auto round = [](Mixing mixing) {
    const NodeId n = mixing.size();
    Timing cluster{.mixing = std::move(mixing),
                   .steps = steps_of(std::vector<double>(static_cast<std::size_t>(n), 0.01))};
    cluster.network = std::make_unique<NicNetwork>(Nic{.latency = 3ms, .bandwidth = 1e6}, n);
    cluster.payload = 8000;
    return cluster.time_of([](Node& node) { return d_psgd(node, {.form = DPsgd::Form::atc}); }, 1);
  };
  for (const NodeId r : {1, 3, 7}) {
    SparseMatrix star(r + 1, r + 1);
    for (NodeId i = 1; i <= r; ++i) {
      star.coeffRef(0, i) = star.coeffRef(i, 0) = 1.0 / (r + 1);
      star.coeffRef(i, i) = static_cast<double>(r) / (r + 1);
    }
    star.coeffRef(0, 0) = 1.0 / (r + 1);
    CHECK(round(Mixing{star}) == doctest::Approx(0.01 + 0.003 + r * 0.008));
  }
}

TEST_CASE("A synchronous round takes the gradients and 2 (n − 1) messages of b/n bytes around a ring") {
  constexpr NodeId n = 5;
  Timing cluster{.mixing = testing::complete(n), .steps = steps_of({0.02, 0.01, 0.01, 0.01, 0.01}), .payload = 50'000};
  cluster.network =
      std::make_unique<NicNetwork>(Nic{.latency = 3ms, .bandwidth = 1e6, .all_reduce = AllReduce::ring}, n);
  const double ring = 2 * (n - 1) * (0.003 + 0.05 / n);
  CHECK(cluster.time_of([](Node& node) { return all_reduce_sgd(node, {}); }, 12) ==
        doctest::Approx(12 * (0.02 + ring)));
  CHECK(cluster.time_of([](Node& node) { return local_sgd(node, {.averaging_period = 4}); }, 12) ==
        doctest::Approx(12 * 0.02 + 3 * ring));
}

TEST_CASE("Over many rounds synchronous SGD takes the mean of the slowest of its n nodes, as often as it averages") {
  constexpr NodeId n = 16;
  const auto check = [](std::unique_ptr<StepTimes> law, int period, const Expectation& round, int rounds) {
    const Timing cluster{.mixing = testing::complete(n), .steps = std::move(law)};
    const Program program = [period](Node& node) { return local_sgd(node, {.averaging_period = period}); };
    const double mean = cluster.time_of(program, static_cast<std::uint64_t>(rounds * period)) / rounds;
    CHECK(std::abs(mean - round.mean) < 4 * std::sqrt(round.variance / rounds));
  };
  const testing::Survival exponential = [](double t) { return std::exp(-t); };
  check(step_times(ExponentialStep{.mean = 1s}, 1), 1, testing::expectation(testing::slowest(exponential, n)), 20'000);
  // The largest of n uniform numbers in [0, 1] has the mean n/(n + 1) and the variance n/((n + 1)² (n + 2)).
  const double m = n;
  check(step_times(UniformStep{.low = 500ms, .high = 1500ms}, 2), 1,
        {.mean = 0.5 + m / (m + 1), .variance = m / ((m + 1) * (m + 1) * (m + 2))}, 20'000);
  const testing::Survival three = [](double t) { return std::min(1.0, (1 + t + t * t / 2) * std::exp(-t)); };
  check(step_times(ExponentialStep{.mean = 1s}, 3), 3, testing::expectation(testing::slowest(three, n)), 8000);
}

}  // namespace
}  // namespace gossamer::timing_test
