#include "algorithms/decentralized/a2cid2.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <Eigen/Eigenvalues>

#include "algorithms/decentralized/ad_psgd.hpp"
#include "algorithms/parts/continuous_momentum.hpp"
#include "tests/cluster.hpp"
#include "tests/graphs.hpp"
#include "tests/matrix_form.hpp"
#include "tests/outer_golden.hpp"

namespace gossamer::a2cid2_test {
namespace {

using namespace std::chrono_literals;
using Eigen::MatrixXd;
using Eigen::RowVectorXd;
using testing::Cluster;
using testing::Quadratics;
namespace golden = testing::outer_golden;

/// A gradient of a node, or an exchange of two: a node gives the other its model.
struct Event {
  double time;
  NodeId node;
  NodeId partner = -1;
};

/// Gradients take no time: they are points in time, as in the paper.
Task point_events(Node& node, std::vector<Event> events, double mixing_rate, double share) {
  ContinuousMomentum model{node.initial_params(), mixing_rate, share};
  Seconds last{0};
  const auto mix = [&] { model.mix((node.now() - std::exchange(last, node.now())).count()); };
  node.on_exchange([&](const Params& theirs) {
    mix();
    const Params mine = model.x();
    model.exchange(mine, theirs);
    node.report(model.x());
    return mine;
  });
  for (const Event& event : events) {
    if (event.node != node.id()) continue;
    co_await node.sleep(Seconds{event.time} - node.now());
    mix();
    if (event.partner < 0) {
      const Params g = co_await node.gradient(model.x());
      model.step(golden::step_size, g);
    } else {
      const Params mine = model.x();
      const Params theirs = co_await node.exchange(event.partner, mine);
      model.exchange(mine, theirs);
    }
    node.report(model.x());
  }
  co_await node.all_done();
}

TEST_CASE("Model and momentum that mix between point events give the golden models of A²CiD² on the ring") {
  const std::vector<Event> events{{0.25, 0}, {0.5, 0, 1}, {0.75, 2}, {1, 2, 3},   {1.25, 1}, {1.5, 1, 2},
                                  {1.75, 3}, {2, 3, 0},   {2.25, 0}, {2.5, 2, 3}, {2.75, 1}, {3, 0, 1},
                                  {3.25, 3}, {3.5, 1, 2}, {3.75, 2}, {4, 3, 0}};
  const Quadratics f = golden::objective();
  const Mixing ring = golden::lazy_ring();
  const double rate = 1 / std::sqrt(3.0);
  for (const auto& [time, models] : golden::table("G19")) {
    Cluster cluster{{.mixing = ring,
                     .objective = f,
                     .step_time = [](NodeId, std::uint64_t) { return Seconds{0}; },
                     .initial = golden::start().transpose()}};
    cluster.run([&](Node& node) { return point_events(node, events, rate, rate); },
                {.virtual_time = Seconds{static_cast<double>(time) + 0.1}});
    CHECK((cluster.models().transpose() - models).cwiseAbs().maxCoeff() < 1e-12);
  }
}

/// The constants of a ring whose nodes exchange once per unit of time: χ₁, χ₂.
std::pair<double, double> constants_of_ring(NodeId n) {
  MatrixXd l = MatrixXd::Identity(n, n);
  for (NodeId i = 0; i < n; ++i) l(i, (i + 1) % n) = l(i, (i + n - 1) % n) = -0.5;
  const Eigen::SelfAdjointEigenSolver<MatrixXd> modes{l};
  Eigen::VectorXd edge = Eigen::VectorXd::Zero(n);
  edge[0] = 1;
  edge[1] = -1;
  double resistance = 0;
  for (Index k = 1; k < n; ++k)
    resistance += std::pow(modes.eigenvectors().col(k).dot(edge), 2) / modes.eigenvalues()[k];
  return {1 / modes.eigenvalues()[1], 0.5 * resistance};
}

TEST_CASE("On rings A²CiD² has its known constants") {
  struct Row {
    NodeId nodes;
    double first, second, mixing_rate, share;
  };
  for (const auto& [nodes, first, second, mixing_rate, share] :
       {Row{4, 1, 0.75, 0.5773502692, 0.5773502692}, Row{8, 3.4142135624, 0.875, 0.2892814837, 0.9876687649},
        Row{16, 13.1370711845, 0.9375, 0.1424738268, 1.8716888049}}) {
    const auto [chi_1, chi_2] = constants_of_ring(nodes);
    CHECK(chi_1 == doctest::Approx(first).epsilon(1e-9));
    CHECK(chi_2 == doctest::Approx(second).epsilon(1e-9));
    CHECK(1 / (2 * std::sqrt(chi_1 * chi_2)) == doctest::Approx(mixing_rate).epsilon(1e-9));
    CHECK(0.5 * std::sqrt(chi_1 / chi_2) == doctest::Approx(share).epsilon(1e-9));
  }
}

TEST_CASE("Without mixing A²CiD² is AD-PSGD, bit by bit") {
  constexpr NodeId n = 6;
  const Quadratics f = testing::heterogeneous_quadratics(n, 3);
  const Mixing ring = testing::ring(n);
  const auto models_of = [&](const Program& program) {
    Cluster cluster{{.mixing = ring,
                     .objective = f,
                     .step_time =
                         [](NodeId i, std::uint64_t k) {
                           return Seconds{(10 + static_cast<double>((static_cast<std::uint64_t>(i) + 3 * k) % 5)) *
                                          1ms};
                         },
                     .message_time = 3ms,
                     .initial = testing::normal_matrix(n, 3, 7).transpose()}};
    cluster.run(program, {.node_steps = 40});
    return cluster.models();
  };
  const A2cid2 settings{.step_size = 0.2,
                        .exchanges = 1,
                        .law = A2cid2::Law::fixed,
                        .mixing_rate = 0,
                        .exchange_share = 2,
                        .momentum = 0.5};
  CHECK(models_of([&](Node& node) { return a2cid2(node, settings); }) ==
        models_of([](Node& node) { return ad_psgd(node, {.step_size = 0.2, .momentum = 0.5}); }));
}

TEST_CASE("On a ring continuous momentum brings models together several times faster") {
  // Each node initiates one exchange per unit of time, so that it takes part in two: rates are twice those of one. E Γ of
  // gossip then decays by exp(−2 · 0.0754 t), that of A²CiD² by exp(−2 · 0.1986 t): after 20 units 140 times as far.
  constexpr NodeId n = 16;
  const Mixing ring = testing::ring(n);
  const testing::DiagonalQuadratics flat = testing::flat(n);
  MatrixXd start(1, n);
  for (NodeId i = 0; i < n; ++i) start(0, i) = std::cos(2 * std::numbers::pi * i / n);
  const auto mean_gamma = [&](double mixing_rate, double share) {
    double sum = 0;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
      const A2cid2 settings{
          .law = A2cid2::Law::fixed, .mixing_rate = mixing_rate, .exchange_share = share, .time_unit = Seconds{1s}};
      Cluster cluster{{.mixing = ring,
                       .objective = flat,
                       .step_time =
                           [seed](NodeId i, std::uint64_t k) {
                             Draws draws{seed, Purpose::step_time, i, k};
                             return Seconds{standard_exponential(draws)};
                           },
                       .seed = seed,
                       .initial = start}};
      cluster.run([&](Node& node) { return a2cid2(node, settings); }, {.virtual_time = 20s});
      const MatrixXd x = cluster.models();
      sum += (x.array() - x.mean()).square().sum() / 40;
    }
    return sum;
  };
  CHECK(mean_gamma(2 * 0.1424738268, 1.8716888049) < 0.1 * mean_gamma(0, 0.5));
}

}  // namespace
}  // namespace gossamer::a2cid2_test
