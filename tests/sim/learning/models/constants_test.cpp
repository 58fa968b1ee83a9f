#include <cmath>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <Eigen/Cholesky>
#include <Eigen/Core>

#include "sim/ground/dense_eigenvalues.hpp"
#include "sim/learning/models/batches.hpp"
#include "sim/learning/models/empirical_risk.hpp"
#include "sim/learning/models/linear_regression.hpp"
#include "sim/learning/models/logistic_regression.hpp"
#include "sim/learning/models/mlp.hpp"
#include "sim/learning/models/quadratics.hpp"
#include "sim/learning/models/rosenbrock.hpp"
#include "sim/learning/models/softmax_regression.hpp"
#include "sim/learning/theory/gradient_noise.hpp"
#include "sim/learning/theory/newton.hpp"
#include "sim/learning/theory/node_gradients.hpp"
#include "tests/sim/learning/random_data.hpp"

using namespace gossamer;

// The constants of theory of every model, against values by hand, dense linear algebra, and draws.
namespace {

using doctest::Approx;

Eigen::VectorXd vector_of(const std::vector<double>& x) {
  return Eigen::Map<const Eigen::VectorXd>(x.data(), static_cast<Index>(x.size()));
}

/// A data set of these samples, which are columns.
std::shared_ptr<const Dataset> dataset_of(Eigen::MatrixXd features, Eigen::VectorXd labels, int classes) {
  Dataset data{.name = "given", .classes = classes, .train = {}, .test = {}};
  data.train.dense = std::move(features);
  data.train.labels = std::move(labels);
  return std::make_shared<const Dataset>(std::move(data));
}

std::shared_ptr<const Partition> partition_of(std::vector<std::vector<Index>> samples) {
  return std::make_shared<const Partition>(Partition{.samples = std::move(samples)});
}

Eigen::VectorXd gradient_at(const Problem<double>& problem, NodeId node, std::uint64_t step, const Eigen::VectorXd& x) {
  Eigen::VectorXd g(x.size());
  Workspace workspace;
  problem.gradient(node, step, x.data(), g.data(), workspace);
  return g;
}

/// E ‖g − ∇f_i‖² over `steps` steps of one node, with the standard error of independent ones.
struct MonteCarlo {
  double mean = 0, standard_error = 0;
};
MonteCarlo noise_of_steps(const Problem<double>& problem, NodeId node, const Eigen::VectorXd& x, int steps) {
  const Eigen::VectorXd exact = gradient_at(problem, node, GradientAddress::all_samples, x);
  double sum = 0, squares = 0;
  for (int step = 0; step < steps; ++step) {
    const double y = (gradient_at(problem, node, static_cast<std::uint64_t>(step), x) - exact).squaredNorm();
    sum += y;
    squares += y * y;
  }
  const double mean = sum / steps;
  return {mean, std::sqrt((squares / steps - mean * mean) / steps)};
}

}  // namespace

TEST_CASE("The constants of two quadratics, by hand") {
  // A_0 = diag(1, 3), A_1 = diag(3, 5), b_0 = (4, 0), b_1 = (0, 8): the mean is diag(2, 4) with b = (2, 4), so x* = (1, 1),
  // ∇f_0(x*) = (1, 3) − (4, 0) = (−3, 3) and ∇f_1(x*) = (3, 5) − (0, 8) = (3, −3).
  const Eigen::Vector2d first{1, 3}, second{3, 5};
  const Quadratics<double> problem{
      {.A = {first.asDiagonal(), second.asDiagonal()}, .b = Eigen::Matrix2d{{4, 0}, {0, 8}}}, 0.5};
  const CurvatureConstants curvature = problem.curvature_constants();
  CHECK(*curvature.L.value == Approx(4).epsilon(1e-14));
  CHECK(*curvature.mu.value == Approx(2).epsilon(1e-14));
  CHECK(vector_of(*curvature.L_of_nodes.value).isApprox(Eigen::Vector2d{3, 5}, 1e-14));
  CHECK(vector_of(*curvature.mu_of_nodes.value).isApprox(Eigen::Vector2d{1, 3}, 1e-14));
  const Eigen::VectorXd best = vector_of(*problem.minimizer().value);
  CHECK(best.isApprox(Eigen::Vector2d{1, 1}, 1e-14));

  const NodeGradients at_best = node_gradients(problem, 2, best);
  CHECK(vector_of(at_best.squares).isApprox(Eigen::Vector2d{18, 18}, 1e-13));
  CHECK(at_best.mean_square == Approx(18));
  CHECK(at_best.spread == Approx(18));
  // At zero the gradients are −b_i: their mean is (−2, −4), and both differ from it by 4 + 16.
  const NodeGradients at_zero = node_gradients(problem, 2, Eigen::Vector2d::Zero());
  CHECK(at_zero.spread == Approx(20));
  CHECK(at_zero.mean_square == Approx((16 + 64) / 2));

  const GradientNoise noise = problem.gradient_noise(best.data(), 2);
  CHECK(noise.variances == std::vector<double>{0.5, 0.5});  // d s² = 2/4
  CHECK(noise.standard_errors == std::vector<double>{0, 0});
}

TEST_CASE("Quadratics with one matrix for all nodes, in one dimension, and without a minimizer") {
  const Quadratics<double> line{{.A = {Eigen::MatrixXd::Constant(1, 1, 2.0)}, .b = Eigen::RowVector3d{1, 2, 6}}, 0.1};
  const CurvatureConstants curvature = line.curvature_constants();
  CHECK(*curvature.L.value == 2);
  CHECK(*curvature.mu.value == 2);
  CHECK(*curvature.L_of_nodes.value == std::vector<double>{2, 2, 2});
  CHECK(*line.minimizer().value == std::vector<double>{1.5});
  // ∇f_i(x*) = 3 − b_i = 2, 1, −3
  const double x = 1.5;
  CHECK(node_gradients(line, 3, Eigen::VectorXd::Constant(1, x)).mean_square == Approx(14.0 / 3));
  CHECK(line.gradient_noise(&x, 3).variances[2] == Approx(0.01));

  const Quadratics<double> saddle{{.A = {Eigen::Matrix2d{{1, 0}, {0, -3}}}, .b = Eigen::Vector2d{0, 0}}};
  CHECK(!saddle.minimizer().value);
  CHECK(saddle.minimizer().source == "the mean of the A_i is not positive definite");
  CHECK(*saddle.curvature_constants().L.value == 3);
  CHECK(!saddle.curvature_constants().mu.value);
  CHECK(*saddle.curvature_constants().mu_of_nodes.value == std::vector<double>{-3});
}

TEST_CASE("The constants of linear regression are those of a dense solve") {
  const Index p = 4, m = 30;
  const double l2 = 0.2;
  const auto dense = random_dataset(p, m, 0, 0);
  const auto partition = partition_of({{0, 1, 2},
                                       {3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14},
                                       {15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29}});
  for (const auto& data : {dense, made_sparse(*dense)}) {
    for (const NodeWeights weights : {NodeWeights::equal, NodeWeights::samples}) {
      const EmpiricalRisk<double> problem{
          data, partition, linear_regression<double>(*data, {.l2 = l2, .intercept = true}), {.batch_size = 4},
          1,    weights};
      std::vector<Eigen::MatrixXd> hessians;
      Eigen::MatrixXd mean = Eigen::MatrixXd::Zero(p + 1, p + 1);
      Eigen::VectorXd moment = Eigen::VectorXd::Zero(p + 1);
      for (const auto& shard : partition->samples) {
        const auto count = static_cast<double>(shard.size());
        const double scale = weights == NodeWeights::equal ? 1 : 3 * count / m;
        Eigen::MatrixXd hessian = l2 * Eigen::MatrixXd::Identity(p + 1, p + 1);
        for (const Index k : shard) {
          Eigen::VectorXd a(p + 1);
          a << dense->train.dense.col(k), 1;
          hessian += a * a.transpose() / count;
          moment += scale * dense->train.labels[k] * a / count / 3;
        }
        hessians.emplace_back(scale * hessian);
        mean += scale * hessian / 3;
      }
      const CurvatureConstants curvature = problem.curvature_constants();
      const Eigen::VectorXd of_mean = symmetric_eigenvalues(mean);
      CHECK(*curvature.L.value == Approx(of_mean[p]).epsilon(1e-12));
      CHECK(*curvature.mu.value == Approx(of_mean[0]).epsilon(1e-12));
      for (std::size_t i = 0; i < 3; ++i) {
        const Eigen::VectorXd of_node = symmetric_eigenvalues(hessians[i]);
        CHECK((*curvature.L_of_nodes.value)[i] == Approx(of_node[p]).epsilon(1e-8));
        CHECK((*curvature.mu_of_nodes.value)[i] ==
              Approx(of_node[0]).epsilon(1e-10));  // node 0 has fewer samples than p
      }
      const Eigen::VectorXd best = vector_of(*problem.minimizer().value);
      CHECK(best.isApprox(mean.ldlt().solve(moment), 1e-12));
      CHECK(*problem.evaluate(best.data(), {}).gradient_norm < 1e-13);
      CHECK(node_gradients(problem, 3, best).mean_square == Approx(*problem.heterogeneity_at_optimum()).epsilon(1e-10));
    }
  }
}

TEST_CASE("Newton's method finds the minimizers of logistic and softmax regression to a gradient of 1e-12") {
  const auto two = random_dataset(6, 120, 0, 2), four = random_dataset(6, 120, 0, 4);
  const auto partition = partition_of({{0, 1, 2, 3, 4}, {5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}});  // not all are held
  for (const NodeWeights weights : {NodeWeights::equal, NodeWeights::samples}) {
    const auto check = [](const EmpiricalRisk<double>& problem, NodeId nodes) {
      const auto best = problem.minimizer();
      REQUIRE(best.value);
      const Eigen::VectorXd x = vector_of(*best.value);
      CHECK(*problem.evaluate(x.data(), {}).gradient_norm <= 1e-12);
      Eigen::VectorXd mean = Eigen::VectorXd::Zero(x.size());
      for (NodeId i = 0; i < nodes; ++i) mean += gradient_at(problem, i, GradientAddress::all_samples, x) / nodes;
      CHECK(mean.norm() <= 2e-12);
      CHECK(x.norm() > 0.01);
    };
    check({two, partition, logistic_regression<double>(*two, {.l2 = 0.01, .intercept = true}), {}, 1, weights}, 2);
    check({made_sparse(*two), partition, logistic_regression<double>(*two, {.l2 = 0.01}), {}, 1, weights}, 2);
    check({four, partition, softmax_regression<double>(*four, {.l2 = 0.01}), {}, 1, weights}, 2);
    check({two, dealt_partition(120, 3), logistic_regression<double>(*two, {.l2 = 0}), {}, 1, weights}, 3);
  }
}

TEST_CASE("Conjugate gradients lead Newton's method to the same minimizer as Cholesky decompositions") {
  const auto data = random_dataset(5, 60, 0, 3);
  const EmpiricalRisk<double> problem{
      data, dealt_partition(60, 2), softmax_regression<double>(*data, {.l2 = 1e-3}), {}, 1};
  const std::vector<double> best = problem.minimizer().value.value();
  const auto product = [&](const Eigen::VectorXd& x, const Eigen::VectorXd& v) {
    const double h = 1e-5 / v.norm();
    Eigen::VectorXd difference = Eigen::VectorXd::Zero(x.size());
    for (NodeId i = 0; i < 2; ++i)
      difference += gradient_at(problem, i, GradientAddress::all_samples, x + h * v) -
                    gradient_at(problem, i, GradientAddress::all_samples, x - h * v);
    return Eigen::VectorXd{difference / (4 * h)};
  };
  const ConvexFunction f{.dimension = 18,
                         .gradient =
                             [&](const Eigen::VectorXd& x) {
                               return Eigen::VectorXd{(gradient_at(problem, 0, GradientAddress::all_samples, x) +
                                                       gradient_at(problem, 1, GradientAddress::all_samples, x)) /
                                                      2};
                             },
                         .hessian_product = product};
  const NewtonEnd end = minimize_by_newton(f, Eigen::VectorXd::Zero(18), NewtonSystems::conjugate_gradients);
  CHECK(end.failure.empty());
  CHECK(end.gradient_norm <= 1e-12);
  CHECK((end.x - vector_of(best)).norm() < 1e-8);  // gradients of 1e-12, and mu is 1e-3
}

TEST_CASE("Bounds of logistic and softmax regression hold at every x") {
  const auto data = random_dataset(3, 40, 0, 2);
  const Index p = 3;
  const EmpiricalRisk<double> problem{
      data, dealt_partition(40, 2), logistic_regression<double>(*data, {.l2 = 0.05}), {}, 1};
  const CurvatureConstants curvature = problem.curvature_constants();
  const Eigen::MatrixXd gram = data->train.dense * data->train.dense.transpose() / 40;
  CHECK(*curvature.L.value == Approx(symmetric_eigenvalues(gram)[p - 1] / 4 + 0.05).epsilon(1e-12));
  CHECK(curvature.L.source == "at every x: 0.25 times the largest eigenvalue of the mean of a a', plus l2");
  CHECK(*curvature.mu.value == 0.05);
  CHECK(curvature.mu.source == "at every x: l2, a lower bound");
  CHECK(*curvature.mu_of_nodes.value == std::vector<double>{0.05, 0.05});

  const EmpiricalRisk<double> plain{data, dealt_partition(40, 2), logistic_regression<double>(*data, {}), {}, 1};
  const Eigen::VectorXd best = vector_of(plain.minimizer().value.value());
  Eigen::MatrixXd hessian = Eigen::MatrixXd::Zero(p, p);
  for (Index k = 0; k < 40; ++k) {
    const Eigen::VectorXd a = data->train.dense.col(k);
    const double s = 1 / (1 + std::exp(-a.dot(best)));
    hessian += s * (1 - s) * a * a.transpose() / 40;
  }
  CHECK(*plain.curvature_constants().mu.value == Approx(symmetric_eigenvalues(hessian)[0]).epsilon(1e-10));
  CHECK(plain.curvature_constants().mu.source ==
        "smallest eigenvalue of the Hessian of f at x*: without l2 no bound holds at every x");
}

TEST_CASE("A logistic loss without l2 has no minimizer on data that can be separated") {
  const auto line = dataset_of(Eigen::RowVector4d{-2, -1, 1, 3}, Eigen::Vector4d{0, 0, 1, 1}, 2);
  const auto logistic = [&](double l2) {
    return EmpiricalRisk<double>{line, dealt_partition(4, 2), logistic_regression<double>(*line, {.l2 = l2}), {}, 1};
  };
  const auto separated = logistic(0);
  CHECK(!separated.minimizer().value);
  CHECK(separated.minimizer().source == "f has no minimizer: its gradient vanishes only at infinity");
  CHECK(!separated.curvature_constants().mu.value);
  CHECK(logistic(1e-3).minimizer().value);

  // Softmax regression has the same loss if all classes' parameters move together.
  const auto data = random_dataset(2, 30, 0, 3);
  const EmpiricalRisk<double> moved{data, dealt_partition(30, 2), softmax_regression<double>(*data, {}), {}, 1};
  CHECK(moved.minimizer().source == "the Hessian is singular, so that there is no single minimizer");

  // Labels 1, 1 and 0 at a = 1: f'(x) = s(x) − 2/3, where s(x) = 1/(1 + exp(−x)).
  const auto mixed = dataset_of(Eigen::RowVector3d{1, 1, 1}, Eigen::Vector3d{1, 1, 0}, 2);
  const EmpiricalRisk<double> logit{mixed, dealt_partition(3, 1), logistic_regression<double>(*mixed, {}), {}, 1};
  CHECK(logit.minimizer().value->front() == Approx(std::log(2)).epsilon(1e-12));
  CHECK(*logit.curvature_constants().mu.value == Approx(2.0 / 9).epsilon(1e-12));  // s(x)(1 − s(x))
}

TEST_CASE("Gradients of minibatches have the variance that is computed, with and without replacement") {
  const auto data = random_dataset(3, 22, 0, 0);
  const auto partition =
      partition_of({{0, 1, 2, 3, 4, 5, 6}, {7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21}});
  const Eigen::VectorXd x = random_matrix(3, 1, 9);
  for (const Sampling sampling : {Sampling::with_replacement, Sampling::reshuffled}) {
    for (const Index batch : {1, 3, 7, 10}) {
      CAPTURE(batch);
      CAPTURE(static_cast<int>(sampling));
      const EmpiricalRisk<double> problem{data,
                                          partition,
                                          linear_regression<double>(*data, {.l2 = 0.1}),
                                          {.batch_size = batch, .sampling = sampling},
                                          5,
                                          NodeWeights::samples};
      const GradientNoise noise = problem.gradient_noise(x.data(), 2);
      for (NodeId i = 0; i < 2; ++i) {
        const auto node = static_cast<std::size_t>(i);
        CHECK(noise.standard_errors[node] == 0);
        // Batches of one epoch depend on each other, which can only make the mean of their squares more exact.
        const MonteCarlo drawn = noise_of_steps(problem, i, x, 100'000);
        CHECK(std::abs(noise.variances[node] - drawn.mean) <= 4 * drawn.standard_error + 1e-12);
      }
    }
  }
}

TEST_CASE("The factor of a batch's variance, by hand") {
  CHECK(variance_of_batch(Sampling::with_replacement, 4, 10) == 0.25);
  CHECK(variance_of_batch(Sampling::reshuffled, 10, 10) == 0);
  CHECK(variance_of_batch(Sampling::reshuffled, 1, 10) == Approx(1));
  CHECK(variance_of_batch(Sampling::reshuffled, 1, 1) == 0);
  CHECK(variance_of_batch(Sampling::reshuffled, 5, 10) == Approx(5 * 5 / 9.0 / 25));
  // Batches of two of three samples: within an epoch 2·1/2/4 = 1/4; over two epochs (1·2/2 + 1·2/2)/4 = 1/2; and 1/4.
  CHECK(variance_of_batch(Sampling::reshuffled, 2, 3) == Approx(1.0 / 3));
  // Batches of five of three samples: an epoch and two samples of another, or, over three epochs, one, three and one.
  CHECK(variance_of_batch(Sampling::reshuffled, 5, 3) == Approx((1 + 2 + 1) / 25.0 / 3));
}

TEST_CASE("Estimates of variances of gradients are within four standard errors of exact ones") {
  // Of a perceptron, by all samples and by pairs of batches.
  const auto data = random_dataset(4, 40, 0, 3);
  const EmpiricalRisk<double> problem{
      data, dealt_partition(40, 4), mlp<double>(*data, {.hidden = {5}}), {.batch_size = 2}, 3};
  const Eigen::VectorXd x = random_matrix(problem.dimension(), 1, 4) / 2;
  const GradientNoise exact = problem.gradient_noise(x.data(), 4);
  const GradientNoise estimated = noise_of_draws(problem, 4, x.data());
  CHECK(estimated.source == "estimated from 64 pairs of gradients of each node");
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(estimated.standard_errors[i] > 0);
    CHECK(std::abs(exact.variances[i] - estimated.variances[i]) <= 4 * estimated.standard_errors[i]);
  }
  CHECK(!problem.minimizer().value);
  CHECK(!problem.curvature_constants().L.value);

  const EmpiricalRisk<double> full{
      data, dealt_partition(40, 4), mlp<double>(*data, {.hidden = {5}}), {.batch_size = 0}, 3};
  CHECK(full.gradient_noise(x.data(), 4).variances == std::vector<double>(4, 0.0));
}

TEST_CASE("Variances of large problems are estimated from samples") {
  struct Many final : Problem<double> {
    Index dimension() const override { return 1; }
    std::uint64_t samples_of(NodeId) const override { return 2'000'000'000; }
    /// Four samples of node i have the gradients ±(1 + i) and ±2 (1 + i), and so on; all samples together have 0.
    void gradient(NodeId node, std::uint64_t step, const double*, double* g, Workspace&) const override {
      const double sign = step % 2 == 0 ? 1 : -1, size = step % 4 < 2 ? 1 : 2;
      *g = step == GradientAddress::all_samples ? 0 : sign * size * (1 + node);
    }
    Evaluation evaluate(const double*, const EvaluationScope&) const override { return {}; }
    std::vector<ModelScore> score(std::span<const double* const>, const ScoreScope&) const override { return {}; }
    Work step_work(NodeId) const override { return {}; }
  };
  const Many problem;
  const double x = 0;
  const GradientNoise noise = noise_of_samples<double>(problem, 2, &x, 1);
  CHECK(noise.source == "estimated from 4096 random samples of each node");
  for (std::size_t i = 0; i < 2; ++i) {
    const auto scale =
        static_cast<double>((1 + i) * (1 + i));  // squares are 1 or 4 times this, each with probability 1/2
    CHECK(noise.standard_errors[i] == Approx(scale * 1.5 / 64).epsilon(0.02));
    CHECK(std::abs(noise.variances[i] - 2.5 * scale) <= 4 * noise.standard_errors[i]);
  }
}

TEST_CASE("Rosenbrock's function has its minimizer and its noise, and no bounds") {
  const Rosenbrock<double> problem{2, 0.3};
  CHECK(*problem.minimizer().value == std::vector<double>{1, 1});
  CHECK(!problem.curvature_constants().L.value);
  CHECK(problem.curvature_constants().L.source == "the Hessian of this model has no known bounds");
  const double x[] = {0, 0};
  CHECK(problem.gradient_noise(x, 3).variances[1] == Approx(2 * 0.09));
}
