#include "algorithms/periodic/pal_sgd.hpp"

#include <vector>

#include <doctest/doctest.h>

#include "algorithms/periodic/local_sgd.hpp"
#include "tests/cluster.hpp"
#include "tests/graphs.hpp"
#include "tests/matrix_form.hpp"

// Local SGD with pulls: without pulls, and against the recursion with the same coins.
namespace gossamer::pal_sgd_test {
namespace {

using Eigen::MatrixXd;
using testing::Cluster;

constexpr NodeId n = 5;
constexpr Index d = 3;

TEST_CASE("Without pulls it is local SGD") {
  const auto f = testing::heterogeneous_quadratics(n, d);
  const Mixing w = testing::ring(n);
  const auto after = [&](const Program& program) {
    Cluster cluster{{.mixing = w, .objective = f, .initial = MatrixXd::Constant(d, n, 2.0)}};
    cluster.run(program, {.node_steps = 100});
    return cluster.models();
  };
  const MatrixXd local = after([](Node& node) { return local_sgd(node, {.step_size = 0.2, .averaging_period = 4}); });
  const MatrixXd pulled =
      after([](Node& node) { return pal_sgd(node, {.step_size = 0.2, .averaging_period = 4, .pull_probability = 0}); });
  CHECK((local - pulled).norm() < 1e-12 * local.norm());
}

TEST_CASE("Each node's coins decide its pulls: all rounds are those of the recursion") {
  constexpr double eta = 0.1, p = 0.3, lambda = 0.6;
  constexpr int period = 5, rounds = 40;
  const auto f = testing::heterogeneous_quadratics(n, d);
  const Mixing w = testing::ring(n);
  Cluster cluster{{.mixing = w, .objective = f, .seed = 7, .initial = MatrixXd::Constant(d, n, 2.0)}};
  cluster.run(
      [](Node& node) -> Task {
        return pal_sgd(node, {.step_size = eta,
                              .averaging_period = period,
                              .pull_probability = p,
                              .pull = lambda,
                              .outer = OuterStep{.step_size = 0.7, .momentum = 0.5, .nesterov = true}});
      },
      {.node_steps = 60});
  const std::uint64_t made = cluster.counters(0).node_steps;
  MatrixXd anchor = MatrixXd::Constant(n, d, 2.0), m = MatrixXd::Zero(n, d);
  std::vector<std::uint64_t> steps(n), coins(n);
  for (int round = 0; round < rounds; ++round) {
    MatrixXd x = anchor;
    for (int h = 0; h < period; ++h) {
      const MatrixXd g = f.gradients(x);
      for (NodeId i = 0; i < n; ++i) {
        Draws coin{7, Purpose::coin, i, coins[static_cast<std::size_t>(i)]++};
        if (coin.uniform() < p) {
          x.row(i) -= eta / p * lambda * (x.row(i) - anchor.row(i));
        } else {
          x.row(i) -= eta / (1 - p) * g.row(i);
          ++steps[static_cast<std::size_t>(i)];
        }
      }
    }
    const MatrixXd way = (anchor - x).colwise().mean().replicate(n, 1);
    m = 0.5 * m + way;
    anchor -= 0.7 * (way + 0.5 * m);
    if (*std::min_element(steps.begin(), steps.end()) >= 60) break;
  }
  CHECK(made == steps[0]);
  CHECK((cluster.models().transpose() - anchor).norm() < 1e-12 * anchor.norm());
}

}  // namespace
}  // namespace gossamer::pal_sgd_test
