#include <cmath>
#include <memory>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <Eigen/QR>

#include "algorithms/decentralized/all_reduce_sgd.hpp"
#include "algorithms/parts/compressed_sgd.hpp"
#include "algorithms/synchronous/ef_sign_sgd.hpp"
#include "algorithms/synchronous/power_sgd.hpp"
#include "algorithms/synchronous/qsgd.hpp"
#include "algorithms/synchronous/sign_sgd.hpp"
#include "algorithms/synchronous/terngrad.hpp"
#include "algorithms/synchronous/top_k_sgd.hpp"
#include "sim/compression/qsgd.hpp"
#include "sim/compression/terngrad.hpp"
#include "tests/codecs.hpp"
#include "tests/graphs.hpp"
#include "tests/matrix_form.hpp"

// Synchronous SGD with compressed gradients, against recursions and closed forms.
namespace gossamer::compressed_sgd_test {
namespace {

using Eigen::MatrixXd;
using Eigen::RowVectorXd;
using testing::Cluster;
using testing::DiagonalQuadratics;
using testing::Quadratics;

constexpr NodeId n = 6;
constexpr Index d = 5;

struct Instance {
  Mixing mixing = testing::ring(n);
  Quadratics objective = testing::heterogeneous_quadratics(n, d);
  testing::SynchronousRun run{
      .mixing = mixing, .objective = objective, .start = testing::normal_matrix(1, d, 5).replicate(n, 1)};
};
const Instance instance;

/// The k largest magnitudes of each row.
MatrixXd largest(const MatrixXd& rows, Index k) {
  MatrixXd kept = MatrixXd::Zero(rows.rows(), rows.cols());
  for (Index i = 0; i < rows.rows(); ++i) {
    MatrixXd left = rows.row(i).cwiseAbs();
    for (Index h = 0; h < k; ++h) {
      Index at = 0;
      left.row(0).maxCoeff(&at);
      kept(i, at) = rows(i, at);
      left(0, at) = -1;
    }
  }
  return kept;
}

MatrixXd scaled_signs(const MatrixXd& rows) {
  return (rows.rowwise().lpNorm<1>() / static_cast<double>(rows.cols())).asDiagonal() *
         rows.unaryExpr([](double v) { return v < 0 ? -1.0 : 1.0; });
}

/// 25 rounds with error feedback, of a compressor of rows.
template <class Compressor>
MatrixXd with_error_feedback(double eta, Compressor compressor) {
  MatrixXd x = instance.run.start, e = MatrixXd::Zero(n, d);
  for (int k = 0; k < 25; ++k) {
    const MatrixXd p = e + eta * instance.objective.gradients(x);
    const MatrixXd sent = compressor(p);
    e = p - sent;
    x.rowwise() -= sent.colwise().mean();
  }
  return x;
}

TEST_CASE("Top-k SGD and EF-signSGD follow their recursions for 25 rounds") {
  const auto top_k = [](Node& node) { return top_k_sgd(node, {.step_size = 0.3, .fraction = 0.4}); };
  const MatrixXd expected = with_error_feedback(0.3, [](const MatrixXd& p) { return largest(p, 2); });
  CHECK(testing::deviation(instance.run.models(top_k, 25), expected) < 1e-12);
  const auto signs = [](Node& node) { return ef_sign_sgd(node, {.step_size = 0.2}); };
  CHECK(testing::deviation(instance.run.models(signs, 25), with_error_feedback(0.2, scaled_signs)) < 1e-12);
}

TEST_CASE("Top-k with all coordinates, and no codec, are synchronous SGD") {
  const auto synchronous = [](Node& node) { return all_reduce_sgd(node, {.step_size = 0.3}); };
  const MatrixXd expected = instance.run.models(synchronous, 25);
  const auto all = [](Node& node) { return top_k_sgd(node, {.step_size = 0.3, .fraction = 1}); };
  CHECK(testing::deviation(instance.run.models(all, 25), expected) < 1e-12);
  const auto uncompressed = [](Node& node) { return compressed_sgd(node, {.step_size = 0.3}); };
  CHECK(testing::deviation(instance.run.models(uncompressed, 25), expected) < 1e-12);
}

TEST_CASE("Signs by majority vote follow their recursion, with momentum too") {
  for (const double beta : {0.0, 0.7}) {
    MatrixXd x = instance.run.start, m = MatrixXd::Zero(n, d);
    for (int k = 0; k < 25; ++k) {
      m = beta * m + instance.objective.gradients(x);
      const RowVectorXd votes = m.unaryExpr([](double v) { return v < 0 ? -1.0 : 1.0; }).colwise().sum();
      x = 0.98 * x;
      x.rowwise() -= 0.1 * votes.unaryExpr([](double v) { return v < 0 ? -1.0 : 1.0; });
    }
    const auto program = [beta](Node& node) {
      return sign_sgd(node, {.step_size = 0.1, .momentum = beta, .weight_decay = 0.2});
    };
    CHECK(testing::deviation(instance.run.models(program, 25), x) < 1e-12);
  }
}

TEST_CASE("A tie of votes counts as positive") {
  const Mixing w = testing::complete(2);
  MatrixXd b(1, 2);
  b << 1, -1;  // gradients −1 and 1
  const DiagonalQuadratics f{MatrixXd::Zero(1, 2), b};
  Cluster cluster{{.mixing = w, .objective = f}};
  cluster.run([](Node& node) { return sign_sgd(node, {.step_size = 0.25}); }, {.node_steps = 3});
  CHECK(cluster.models() == MatrixXd::Constant(1, 2, -0.75));
}

TEST_CASE("On a constant gradient of equal magnitudes top-k sends every coordinate once in ⌈d/k⌉ steps") {
  const Mixing w = testing::complete(2);
  const DiagonalQuadratics f{MatrixXd::Zero(7, 2), MatrixXd::Constant(7, 2, -1)};  // ∇f = 1
  for (const std::uint64_t steps : {4U, 8U, 40U}) {
    Cluster cluster{{.mixing = w, .objective = f}};
    cluster.run([](Node& node) { return top_k_sgd(node, {.step_size = 1, .fraction = 2.0 / 7}); },
                {.node_steps = steps});
    // What has been sent of a coordinate is at most the sum of its gradients, and is behind by at most one cycle.
    const MatrixXd sent = -cluster.models();
    CHECK(sent.maxCoeff() <= static_cast<double>(steps));
    CHECK(sent.minCoeff() >= static_cast<double>(steps) - 4);
  }
}

TEST_CASE("QSGD and TernGrad without error feedback are unbiased, with the exact variance of their codes") {
  // Step size 1 on constant gradients v from 0: after one step x = −mean of Q(v) over n nodes.
  constexpr NodeId nodes = 4000;
  const Mixing w = testing::ring(nodes);
  const Eigen::VectorXd v{{3, -1, 0.5, 2}};
  const DiagonalQuadratics f{MatrixXd::Zero(4, nodes), -v.replicate(1, nodes)};
  const auto mean = [&](const Program& program) {
    Cluster cluster{{.mixing = w, .objective = f}};
    cluster.run(program, {.node_steps = 1});
    return Eigen::VectorXd{-cluster.models().col(0)};
  };
  const auto check = [&](const Eigen::VectorXd& seen, double level) {
    for (Index k = 0; k < 4; ++k) {
      const double part = std::abs(v[k]) / level, fraction = part - std::floor(part);
      const double deviation = level * std::sqrt(fraction * (1 - fraction) / nodes);
      CHECK(std::abs(seen[k] - v[k]) <= 5 * deviation + 1e-12);
    }
  };
  check(mean([](Node& node) { return qsgd(node, {.step_size = 1, .levels = 4}); }), v.norm() / 4);
  check(mean([](Node& node) { return terngrad(node, {.step_size = 1, .clip = 0}); }), v.lpNorm<Eigen::Infinity>());
}

// ---------------------------------------------------------------------------------------------------------------------
// PowerSGD.

/// Nodes whose models have one layer.
MatrixXd power_sgd_models(const Objective<double>& f, const std::vector<Layer>& layers, const MatrixXd& start,
                          PowerSgd settings, std::uint64_t steps) {
  const Mixing w = testing::ring(static_cast<NodeId>(start.rows()));
  Cluster cluster{{.mixing = w, .objective = f, .initial = start.transpose(), .layers = layers}};
  cluster.run([settings](Node& node) { return power_sgd(node, settings); }, {.node_steps = steps});
  return cluster.models().transpose();
}

constexpr Index rows = 4, columns = 3;  // of the layer's weights; with its biases d = 16
using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

TEST_CASE("PowerSGD is synchronous SGD on matrices whose mean has at most its rank, and on biases") {
  // Gradients −b_i: matrices of rank 1 on each node, whose mean has rank 2.
  const MatrixXd left = testing::normal_matrix(rows, 2, 3), right = testing::normal_matrix(2, columns, 4);
  MatrixXd b(rows * (columns + 1), n);
  for (NodeId i = 0; i < n; ++i) {
    const Rows m = left.col(i % 2) * right.row(i % 2) * (1 + i);
    b.col(i) << Eigen::Map<const Eigen::VectorXd>(m.data(), m.size()),
        testing::normal_matrix(rows, 1, static_cast<std::uint64_t>(9 + i));
  }
  const DiagonalQuadratics f{MatrixXd::Zero(b.rows(), n), b};
  const MatrixXd start = MatrixXd::Zero(n, b.rows());
  const MatrixXd one = power_sgd_models(f, {{.inputs = columns, .outputs = rows}}, start, {.step_size = 0.5}, 1);
  CHECK((one.rowwise() - 0.5 * b.rowwise().mean().transpose()).cwiseAbs().maxCoeff() < 1e-13);
}

TEST_CASE("PowerSGD follows its recursion for 25 rounds") {
  constexpr Index size = rows * (columns + 1);
  const Quadratics f = testing::heterogeneous_quadratics(n, size);
  const MatrixXd start = testing::normal_matrix(1, size, 2).replicate(n, 1);
  const MatrixXd first =
      power_sgd_models(f, {{.inputs = columns, .outputs = rows}}, start, {.step_size = 0.1, .rank = 3}, 25);
  // With the full rank 3 it is exact.
  MatrixXd x = start;
  for (int k = 0; k < 25; ++k) x.rowwise() -= 0.1 * f.gradients(x).colwise().mean();
  CHECK(testing::deviation(first, x) < 1e-12);

  // With rank 1 Q of the first step is unknown to this test, but the result must be of rank 1 and errors add up:
  // x_0 − x_K + η mean of e = η Σ of mean gradients. Errors have the rank that P lacks.
  const MatrixXd by_rank_1 =
      power_sgd_models(f, {{.inputs = columns, .outputs = rows}}, start, {.step_size = 0.1, .rank = 1}, 1);
  const RowVectorXd step = (start - by_rank_1).row(0) / 0.1;
  const Eigen::Map<const Rows> matrix{step.data(), rows, columns};
  CHECK(Eigen::ColPivHouseholderQR<MatrixXd>{matrix}.setThreshold(1e-10).rank() == 1);
  const RowVectorXd g = f.gradients(start).colwise().mean();
  CHECK((step.tail(rows) - g.tail(rows)).cwiseAbs().maxCoeff() < 1e-13);
  // P Pᵀ is a projection: the step is the projected mean gradient.
  const Eigen::Map<const Rows> whole{g.data(), rows, columns};
  const Eigen::VectorXd p = matrix.col(0).normalized();
  CHECK((p * (p.transpose() * whole) - matrix).norm() < 1e-12);
}

TEST_CASE("PowerSGD with error feedback reaches the minimum that its rank alone would miss") {
  constexpr Index size = rows * (columns + 1);
  const Quadratics f = testing::heterogeneous_quadratics(n, size);
  const MatrixXd start = MatrixXd::Zero(n, size);
  const MatrixXd end =
      power_sgd_models(f, {{.inputs = columns, .outputs = rows}}, start, {.step_size = 0.05, .rank = 1}, 4000);
  CHECK((end.rowwise() - f.minimum()).cwiseAbs().maxCoeff() < 1e-8);
}

TEST_CASE("Without layers PowerSGD averages the whole gradient") {
  const auto power = [](Node& node) { return power_sgd(node, {.step_size = 0.3}); };
  const auto synchronous = [](Node& node) { return all_reduce_sgd(node, {.step_size = 0.3}); };
  CHECK(instance.run.models(power, 10) == instance.run.models(synchronous, 10));
}

}  // namespace
}  // namespace gossamer::compressed_sgd_test
