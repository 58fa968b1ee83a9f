#include "algorithms/periodic/adacomm.hpp"

#include <cmath>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include "tests/algorithms/watched_law.hpp"
#include "tests/cluster.hpp"
#include "tests/graphs.hpp"

namespace gossamer::adacomm_test {
namespace {

using namespace std::chrono_literals;
using Eigen::MatrixXd;
using testing::PeriodChoice;

constexpr NodeId n = 5;
constexpr Index d = 3;
constexpr double eta = 0.1;

/// The mean over the nodes, all at x, of Σ_k a_ki x_k²/2 − b_ki x_k.
double mean_loss(const MatrixXd& a, const MatrixXd& b, const Eigen::VectorXd& x) {
  return a.rowwise().mean().dot(x.cwiseAbs2()) / 2 - b.rowwise().mean().dot(x);
}

TEST_CASE("AdaComm follows its recursion: losses at intervals of time, on all nodes alike") {
  MatrixXd a(d, n), b(d, n);
  for (Index i = 0; i < n; ++i)
    for (Index k = 0; k < d; ++k) {
      a(k, i) = 0.2 + 0.1 * static_cast<double>(i + k);
      b(k, i) = 1 + static_cast<double>((3 * i + 5 * k) % 7);
    }
  const testing::DiagonalQuadratics f{a, b};
  const Mixing w = testing::complete(n);
  // Node 4 is slower, so that the nodes' clocks differ where they do not wait.
  testing::Cluster cluster{{.mixing = w, .objective = f, .step_time = [](NodeId i, std::uint64_t) {
                              return Seconds{i == 4 ? 12e-3 : 10e-3};
                            }}};
  const Eigen::VectorXd minimum = b.rowwise().mean().cwiseQuotient(a.rowwise().mean());
  const AdaCommPeriod law{.first_period = 8, .interval = 250ms, .least_loss = mean_loss(a, b, minimum) - 0.5};
  std::vector<PeriodChoice> log;
  const LocalSgd settings{.step_size = eta, .averaging_period = testing::watched(period_by(law), log)};
  cluster.run([&](Node& node) { return local_sgd(node, settings); }, {.node_steps = 200});
  MatrixXd x = MatrixXd::Zero(d, n);
  double first_loss = 0;
  Seconds begin{0};
  int changes = 0;
  std::uint64_t period = 8, steps = 0;
  for (std::size_t round = 0; round < log.size() / n; ++round) {
    const PeriodStart at = log[round * n].at;
    CHECK(at.steps == steps);
    for (std::size_t i = 1; i < n; ++i) {  // they agree
      CHECK(log[round * n + i].period == log[round * n].period);
      CHECK(log[round * n + i].at.loss == at.loss);
      CHECK(log[round * n + i].at.now == at.now);
    }
    const double loss = mean_loss(a, b, x.col(0));
    CHECK(at.loss.has_value() == (round == 0 || at.now - begin >= law.interval));
    if (at.loss) {
      CHECK(*at.loss == doctest::Approx(loss).epsilon(1e-12));
      if (round == 0) first_loss = loss;
      const double ratio = (loss - law.least_loss) / (first_loss - law.least_loss);
      const auto rule = static_cast<std::uint64_t>(std::ceil(8 * std::sqrt(ratio)));
      if (round > 0) period = rule < period ? rule : (period + 1) / 2;
      changes += round > 0;
      begin = at.now;
    }
    CHECK(log[round * n].period == period);
    for (std::uint64_t h = 0; h < period; ++h) x -= eta * (a.cwiseProduct(x) - b);
    x = x.rowwise().mean().replicate(1, n).eval();
    steps += period;
  }
  CHECK(changes >= 3);
  CHECK(period < 8);
  CHECK((cluster.models() - x).norm() < 1e-12);
}

}  // namespace
}  // namespace gossamer::adacomm_test
