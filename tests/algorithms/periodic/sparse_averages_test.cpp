#include <cmath>
#include <numbers>
#include <vector>

#include <doctest/doctest.h>

#include "algorithms/periodic/demo.hpp"
#include "algorithms/periodic/local_sgd.hpp"
#include "algorithms/periodic/sparse_loco.hpp"
#include "algorithms/periodic/sparta.hpp"
#include "tests/graphs.hpp"
#include "tests/outer_golden.hpp"

// SPARTA, DeMo and SparseLoCo: averages of a part of what nodes know.
namespace gossamer::sparse_averages_test {
namespace {

using Eigen::MatrixXd;
using Eigen::RowVectorXd;
using testing::Quadratics;
namespace golden = testing::outer_golden;

struct GoldenInstance {
  Mixing mixing = testing::complete(golden::nodes);
  Quadratics objective = golden::objective();
  testing::SynchronousRun run{.mixing = mixing, .objective = objective, .start = golden::start()};
};

constexpr NodeId n = 6;
constexpr Index d = 6;

struct Instance {
  Mixing mixing = testing::ring(n);
  Quadratics objective = testing::heterogeneous_quadratics(n, d);
  testing::SynchronousRun run{
      .mixing = mixing, .objective = objective, .start = testing::normal_matrix(1, d, 5).replicate(n, 1)};
};

Program sparta_with(Sparta settings) {
  return [settings](Node& node) { return sparta(node, settings); };
}
Program demo_with(Demo settings) {
  return [settings](Node& node) { return demo(node, settings); };
}
Program sparse_loco_with(SparseLoco settings) {
  return [settings](Node& node) { return sparse_loco(node, settings); };
}

TEST_CASE("SPARTA, DeMo and SparseLoCo give the golden iterates") {
  const GoldenInstance instance;
  golden::check("G21", instance.run,
                sparta_with({.step_size = 0.1, .fraction = 1.0 / 3, .selection = Sparta::Selection::cyclic}), 3);
  golden::check("G22", instance.run, demo_with({.step_size = 0.1, .decay = 0.9, .chunk = 2, .k = 1}), 1);
  SparseLoco sparse{.step_size = 0.1, .averaging_period = 3, .decay = 0.95, .chunk = 2, .k = 1};
  golden::check("G20a", instance.run, sparse_loco_with(sparse), 3);
  sparse.over_senders = true;
  golden::check("G20b", instance.run, sparse_loco_with(sparse), 3);
}

// ---------------------------------------------------------------------------------------------------------------------
// SPARTA.

TEST_CASE("SPARTA with p = 1 is local SGD that averages every step, bit for bit") {
  const Instance instance;
  const MatrixXd all = instance.run.models(sparta_with({.step_size = 0.2, .fraction = 1}), 25);
  const auto local = [](Node& node) { return local_sgd(node, {.step_size = 0.2, .averaging_period = 1}); };
  CHECK(all == instance.run.models(local, 25));
}

TEST_CASE("SPARTA follows its recursion for 25 rounds, with the sets that all nodes draw") {
  const Instance instance;
  MatrixXd x = instance.run.start;
  for (std::uint64_t t = 0; t < 25; ++t) {
    x -= 0.2 * instance.objective.gradients(x);
    Draws draws{1, Purpose::mask, 0, t};
    for (Index k = 0; k < d; ++k)
      if (draws() < 0.3 * 0x1p32) x.col(k).setConstant(x.col(k).mean());
  }
  const MatrixXd seen = instance.run.models(sparta_with({.step_size = 0.2, .fraction = 0.3}), 25);
  CHECK(testing::deviation(seen, x) < 1e-12);
}

TEST_CASE("On pure noise SPARTA's models vary by (n − 1) η² s² (1 − p)/p in each coordinate") {
  constexpr NodeId nodes = 8;
  constexpr Index many = 20'000;
  constexpr double p = 0.25, eta = 0.5, s = 0.3;
  const Mixing w = testing::complete(nodes);
  const testing::DiagonalQuadratics noise{MatrixXd::Zero(many, nodes), MatrixXd::Zero(many, nodes), s};
  testing::Cluster cluster{{.mixing = w, .objective = noise}};
  cluster.run(sparta_with({.step_size = eta, .fraction = p}), {.node_steps = 50});
  const MatrixXd x = cluster.models();
  const double seen = (x.colwise() - x.rowwise().mean()).squaredNorm() / many;
  // A coordinate's age A since its last average is geometric, its sum η² s² A χ²(n − 1): the relative variance is
  // (2 − p)/(1 − p) (n + 1)/(n − 1) − 1 = 2, of the mean over all coordinates 1e-4.
  CHECK(seen == doctest::Approx((nodes - 1) * eta * eta * s * s * (1 - p) / p).epsilon(0.05));
}

TEST_CASE("SPARTA sends p payloads") {
  constexpr NodeId nodes = 4;
  const Mixing w = testing::complete(nodes);
  const testing::DiagonalQuadratics flat = testing::flat(nodes, 8);
  testing::Cluster cluster{{.mixing = w, .objective = flat, .payload = 4000}};
  cluster.run(sparta_with({.fraction = 0.25}), {.node_steps = 1});
  // A ring of 1000 bytes: 2 (n − 1) pieces of 250, at a byte a second, after a step of 10 ms.
  CHECK(cluster.counters(0).sent_bytes == 2 * 3 * 250);
  CHECK(cluster.now().count() == doctest::Approx(0.01 + 2 * 3 * 250));
}

// ---------------------------------------------------------------------------------------------------------------------
// DeMo.

/// DCT-II of consecutive pieces of `chunk` coordinates, as one orthogonal matrix.
MatrixXd cosine_matrix(Index chunk) {
  MatrixXd c = MatrixXd::Zero(d, d);
  for (Index at = 0; at < d; at += chunk)
    for (Index k = 0; k < chunk; ++k)
      for (Index i = 0; i < chunk; ++i)
        c(at + k, at + i) = std::sqrt((k == 0 ? 1.0 : 2.0) / static_cast<double>(chunk)) *
                            std::cos(std::numbers::pi * (static_cast<double>(i) + 0.5) * static_cast<double>(k) /
                                     static_cast<double>(chunk));
  return c;
}

/// The k largest magnitudes of each chunk of each row.
MatrixXd kept(const MatrixXd& rows, Index chunk, Index k) {
  MatrixXd result = MatrixXd::Zero(rows.rows(), rows.cols());
  for (Index i = 0; i < rows.rows(); ++i) {
    for (Index at = 0; at < rows.cols(); at += chunk) {
      RowVectorXd left = rows.row(i).segment(at, chunk).cwiseAbs();
      for (Index h = 0; h < k; ++h) {
        Index largest = 0;
        left.maxCoeff(&largest);
        result(i, at + largest) = rows(i, at + largest);
        left[largest] = -1;
      }
    }
  }
  return result;
}

RowVectorXd mean_over_senders(const MatrixXd& rows) {
  const RowVectorXd senders = (rows.array() != 0).cast<double>().colwise().sum();
  return rows.colwise().sum().array() / senders.array().max(1);
}

TEST_CASE("DeMo follows its recursion for 25 rounds") {
  const Instance instance;
  const Demo settings{.step_size = 0.05, .decay = 0.9, .chunk = 3, .k = 1, .weight_decay = 0.3};
  const MatrixXd c = cosine_matrix(3);
  RowVectorXd x = instance.run.start.row(0);
  MatrixXd m = MatrixXd::Zero(n, d);
  for (int t = 0; t < 25; ++t) {
    m = 0.9 * m + 0.05 * instance.objective.gradients(x.replicate(n, 1));
    const MatrixXd q = kept(m * c.transpose(), 3, 1);
    m -= q * c;
    x = (1 - 0.05 * 0.3) * x - 0.05 * (mean_over_senders(q) * c).cwiseSign();
  }
  CHECK(testing::deviation(instance.run.models(demo_with(settings), 25), x.replicate(n, 1)) < 1e-12);
}

TEST_CASE("DeMo that sends all coefficients steps along the sign of the mean gradient, on a grid") {
  const Instance instance;
  const Demo settings{.step_size = 0.125, .chunk = 6, .k = 6};
  RowVectorXd x = instance.run.start.row(0);
  const RowVectorXd start = x;
  for (int t = 0; t < 25; ++t)
    x -= 0.125 * instance.objective.gradients(x.replicate(n, 1)).colwise().mean().cwiseSign();
  const MatrixXd seen = instance.run.models(demo_with(settings), 25);
  CHECK(seen == x.replicate(n, 1));
  const RowVectorXd steps = (seen.row(0) - start) / 0.125;
  CHECK((steps - steps.array().round().matrix()).cwiseAbs().maxCoeff() < 1e-12);
}

// ---------------------------------------------------------------------------------------------------------------------
// SparseLoCo.

TEST_CASE("SparseLoCo follows its recursion for 25 rounds, over nodes and over senders") {
  const Instance instance;
  for (const bool over_senders : {false, true}) {
    const SparseLoco settings{.step_size = 0.1,
                              .averaging_period = 4,
                              .outer = OuterStep{.step_size = 0.8},
                              .decay = 0.9,
                              .chunk = 3,
                              .k = 1,
                              .over_senders = over_senders};
    RowVectorXd x = instance.run.start.row(0);
    MatrixXd e = MatrixXd::Zero(n, d);
    for (int round = 0; round < 25; ++round) {
      MatrixXd local = x.replicate(n, 1);
      for (int h = 0; h < 4; ++h) local -= 0.1 * instance.objective.gradients(local);
      e = 0.9 * e + (x.replicate(n, 1) - local);
      const MatrixXd q = kept(e, 3, 1);
      e -= q;
      x -= 0.8 * (over_senders ? mean_over_senders(q) : RowVectorXd{q.colwise().mean()});
    }
    CHECK(testing::deviation(instance.run.models(sparse_loco_with(settings), 100), x.replicate(n, 1)) < 1e-12);
  }
}

TEST_CASE("SparseLoCo that sends whole chunks is local SGD, whatever the decay") {
  const Instance instance;
  for (const double decay : {0.0, 0.95}) {
    const SparseLoco settings{.step_size = 0.1, .averaging_period = 4, .decay = decay, .chunk = 3, .k = 3};
    const auto local = [](Node& node) { return local_sgd(node, {.step_size = 0.1, .averaging_period = 4}); };
    CHECK(testing::deviation(instance.run.models(sparse_loco_with(settings), 40), instance.run.models(local, 40)) <
          1e-12);
  }
}

}  // namespace
}  // namespace gossamer::sparse_averages_test
