#include "algorithms/periodic/adpsgd.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "algorithms/periods/periods.hpp"
#include "algorithms/schedules/schedules.hpp"
#include "tests/algorithms/watched_law.hpp"
#include "tests/graphs.hpp"
#include "tests/matrix_form.hpp"

namespace gossamer::adpsgd_test {
namespace {

using Eigen::MatrixXd;
using testing::Quadratics;

using testing::PeriodChoice;
using Log = std::vector<PeriodChoice>;

constexpr double curvature = 0.2;
constexpr NodeId n = 16;
constexpr Index d = 2000;

/// The choices in a run on f_i(x) = λ/2 ‖x‖² with unit noise on each coordinate: those of node 0, which all nodes share.
Log choices(const AdaptivePeriod& law, const StepSize& step_size, std::uint64_t steps) {
  const testing::DiagonalQuadratics objective{MatrixXd::Constant(d, n, curvature), MatrixXd::Zero(d, n), 1};
  const Mixing w = testing::complete(n);
  testing::Cluster cluster{{.mixing = w, .objective = objective}};
  Log all;
  const AveragingPeriod watched = testing::watched(period_by(law), all);
  cluster.run([&](Node& node) { return local_sgd(node, {.step_size = step_size, .averaging_period = watched}); },
              {.node_steps = steps});
  Log first;
  for (const PeriodChoice& choice : all) {
    if (first.empty() || first.back().at.steps != choice.at.steps) first.push_back(choice);
    CHECK(choice.period == first.back().period);
    CHECK(choice.at.variance == first.back().at.variance);
  }
  return first;
}

/// E Γ_j = (n − 1) d η² φ(j) after j steps from equal models, φ(j) = (1 − ρ^{2j})/(1 − ρ²) with ρ = 1 − ηλ.
double phi(int j, double eta) {
  const double rho = 1 - eta * curvature;
  return (1 - std::pow(rho, 2 * j)) / (1 - rho * rho);
}

TEST_CASE("In the sampling phase S/η has the mean (1 − 1/n) d η φ(H), and with a constant η the period stays") {
  constexpr double eta = 0.1;
  constexpr double expected = (n - 1.0) / n * d * eta;
  const Log log = choices({.first_period = 4, .sample_until = 80}, eta, 200);
  double mean = 0;
  int averagings = 0;
  for (const PeriodChoice& choice : log) {
    CHECK(choice.period == 4);
    if (!choice.at.variance) continue;
    mean += *choice.at.variance / eta;
    ++averagings;
  }
  REQUIRE(averagings >= 49);
  CHECK(expected * phi(4, eta) == doctest::Approx(706.6145).epsilon(1e-7));
  // Γ/(η² φ) is chi-square with (n − 1) d degrees of freedom; four standard errors of the mean.
  const double error = std::sqrt(2.0 / ((n - 1) * d) / averagings);
  CHECK(mean / averagings == doctest::Approx(expected * phi(4, eta)).epsilon(4 * error));
}

TEST_CASE("After the step size has fallen to a tenth, H climbs by one at each averaging to 28 or 29, and stays") {
  const StepSize eta = step_size_by(StepDecay{.base = 0.1, .steps = {80}, .factor = 0.1});
  const Log log = choices({.first_period = 4, .sample_until = 80}, eta, 900);
  // The first H at which η φ_η(H) is above 0.7 of its value before: 28, by 0.6 %, where S has a deviation of 0.8 %.
  CHECK(0.01 * phi(28, 0.01) / (0.1 * phi(4, 0.1)) == doctest::Approx(0.7 * 1.0061).epsilon(1e-4));
  CHECK(log.back().period >= 28);
  CHECK(log.back().period <= 29);
  // The step size falls at an averaging, so that no variance belongs to both: H = 28 begins 4 + 5 + … + 27 steps later.
  const auto at_28 =
      std::find_if(log.begin(), log.end(), [](const PeriodChoice& choice) { return choice.period == 28; });
  REQUIRE(at_28 != log.end());
  CHECK(at_28->at.steps == 80 + 372);
}

TEST_CASE("ADPSGD follows its recursion on heterogeneous quadratics, its choices of periods included") {
  constexpr NodeId nodes = 6;
  const Quadratics f = testing::heterogeneous_quadratics(nodes, 3);
  const MatrixXd start = testing::normal_matrix(nodes, 3, 7);
  const AdaptivePeriod law{.first_period = 2, .sample_until = 8, .low = 0.9, .high = 1.1};
  const StepSize eta = step_size_by(InverseTime{.base = 0.2, .halved_at = 60});
  MatrixXd x = start;
  double mean = 0;
  int samples = 0, period = 2, shortest = 100, longest = 0;
  std::uint64_t k = 0;
  for (int averaging = 0; averaging < 25; ++averaging) {
    for (int h = 0; h < period; ++h) x -= eta.at(k++) * f.gradients(x);
    const MatrixXd middle = x.colwise().mean().replicate(nodes, 1);
    const double variance = (x - middle).squaredNorm() / nodes, last = eta.at(k - 1);
    x = middle;
    if (k <= 8)
      mean += (variance / last - mean) / ++samples;
    else if (variance < 0.9 * last * mean)
      ++period;
    else if (variance > 1.1 * last * mean)
      period = std::max(1, period - 1);
    shortest = std::min(shortest, period);
    longest = std::max(longest, period);
  }
  CHECK(shortest < longest);  // the rule has done something
  const Mixing w = testing::complete(nodes);
  const testing::SynchronousRun run{.mixing = w, .objective = f, .start = start};
  const Adpsgd settings{.base = {.step_size = eta}, .periods = law};
  CHECK(testing::deviation(run.models([&](Node& node) { return adpsgd(node, settings); }, k), x) < 1e-12);
}

}  // namespace
}  // namespace gossamer::adpsgd_test
