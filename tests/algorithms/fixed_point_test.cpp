#include <cmath>

#include <doctest/doctest.h>

#include "algorithms/decentralized/ad_psgd.hpp"
#include "algorithms/decentralized/all_reduce_sgd.hpp"
#include "algorithms/periodic/local_sgd.hpp"
#include "tests/cluster.hpp"
#include "tests/graphs.hpp"

namespace gossamer::fixed_point_test {
namespace {

using namespace std::chrono_literals;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using testing::Cluster;
using testing::DiagonalQuadratics;

/// Curvatures in [0.5, 2.5] and targets of both signs, different on every node.
MatrixXd curvatures(Index d, NodeId n) {
  return MatrixXd::NullaryExpr(d, n, [](auto k, auto i) {
    return 1.5 + std::sin(1 + 3 * static_cast<double>(k) + 1.7 * static_cast<double>(i));
  });
}
MatrixXd targets(Index d, NodeId n) {
  return MatrixXd::NullaryExpr(d, n, [](auto k, auto i) {
    return 2 * std::cos(0.3 + 2 * static_cast<double>(k) + 2.9 * static_cast<double>(i));
  });
}

TEST_CASE("All-reduce SGD is gradient descent on the mean objective, with heavy-ball momentum where asked") {
  constexpr NodeId n = 6;
  constexpr Index d = 4;
  const MatrixXd a = curvatures(d, n);
  const MatrixXd b = targets(d, n);
  const DiagonalQuadratics objective{a, b};
  const Mixing w = testing::ring(n);
  for (const double beta : {0.0, 0.7}) {
    Cluster cluster{{.mixing = w, .objective = objective}};
    cluster.run(
        [=](Node& node) {
          return all_reduce_sgd(node, {.step_size = 0.1, .optimizer = Sgd::Settings{.momentum = beta}});
        },
        {.node_steps = 25});
    VectorXd x = VectorXd::Zero(d);
    VectorXd m = VectorXd::Zero(d);
    for (int k = 0; k < 25; ++k) {
      m = beta * m + a.rowwise().mean().cwiseProduct(x) - b.rowwise().mean();
      x -= 0.1 * m;
    }
    const MatrixXd models = cluster.models();
    for (NodeId i = 0; i < n; ++i) CHECK((models.col(i) - x).norm() < 1e-13);
  }
}

TEST_CASE("Local SGD without noise ends at the fixed point of its H steps") {
  // f_i(x) = A_i (x − θ_i)²/2 with A = (1, 4), θ = (0, 1). H steps map x to M_i x + (1 − M_i) θ_i with M_i = (1 − η
  // A_i)^H, so that the mean of both ends at Σ (1 − M_i) θ_i / Σ (1 − M_i) = (1 − M_2)/(2 − M_1 − M_2).
  MatrixXd a(1, 2);
  MatrixXd b(1, 2);
  a << 1, 4;
  b << 0, 4;
  const DiagonalQuadratics objective{a, b};
  const Mixing w = testing::complete(2);
  for (const double eta : {0.1, 0.05}) {
    for (const int period : {1, 2, 4, 8, 16, 64}) {
      Cluster cluster{{.mixing = w, .objective = objective}};
      cluster.run([=](Node& node) { return local_sgd(node, {.step_size = eta, .averaging_period = period}); },
                  {.node_steps = static_cast<std::uint64_t>(2000 * period)});
      const double m1 = std::pow(1 - eta, period);
      const double m2 = std::pow(1 - 4 * eta, period);
      CHECK(std::abs(cluster.models()(0, 0) - (1 - m2) / (2 - m1 - m2)) < 1e-12);
    }
  }
}

TEST_CASE("Local SGD with period 1 is all-reduce SGD, with momentum kept locally, too") {
  constexpr NodeId n = 4;
  const DiagonalQuadratics objective{curvatures(2, n), targets(2, n), 0.5};
  const Mixing w = testing::complete(n);
  const auto run = [&](const Program& program) {
    Cluster cluster{{.mixing = w, .objective = objective}};
    cluster.run(program, {.node_steps = 60});
    return cluster.models();
  };
  const MatrixXd local =
      run([](Node& node) { return local_sgd(node, {.step_size = 0.05, .averaging_period = 1, .momentum = 0.9}); });
  const MatrixXd reduced = run([](Node& node) {
    return all_reduce_sgd(node, {.step_size = 0.05, .optimizer = Sgd::Settings{.momentum = 0.9}});
  });
  CHECK((local - reduced).norm() < 1e-12);  // linear in (x, m, g): equal in exact arithmetic
}

TEST_CASE("On quadratics that agree, AD-PSGD finds their minimum on every node") {
  // All nodes have the minimum c, where every gradient vanishes: x = c is the fixed point for any interleaving.
  constexpr NodeId n = 9;
  const MatrixXd a = curvatures(2, n);
  const VectorXd c = VectorXd::LinSpaced(2, -1, 2);
  const DiagonalQuadratics objective{a, (a.array().colwise() * c.array()).matrix()};
  const Mixing w = testing::ring(n);
  Cluster cluster{{.mixing = w,
                   .objective = objective,
                   .step_time =
                       [](NodeId i, std::uint64_t k) {
                         Draws draws{3, Purpose::step_time, i, k};
                         return Seconds{0.5 + draws.uniform()};
                       },
                   .message_time = 100ms}};
  cluster.run([](Node& node) { return ad_psgd(node, {.step_size = 0.2}); }, {.virtual_time = 600s});
  const MatrixXd models = cluster.models();
  for (NodeId i = 0; i < n; ++i) CHECK((models.col(i) - c).norm() < 1e-12);
}

}  // namespace
}  // namespace gossamer::fixed_point_test
