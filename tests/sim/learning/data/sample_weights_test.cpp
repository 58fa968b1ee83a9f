#include "sim/learning/data/sample_weights.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <Eigen/Eigenvalues>
#include <Eigen/LU>

#include "sim/learning/models/batches.hpp"
#include "sim/learning/models/empirical_risk.hpp"
#include "sim/learning/models/linear_regression.hpp"
#include "sim/learning/models/softmax_regression.hpp"
#include "tests/sim/learning/random_data.hpp"

using namespace gossamer;

namespace {

constexpr Index m = 600;
constexpr NodeId n = 3;
constexpr double l2 = 0.25;

/// Shares of 20, 80 and 500 samples, none of them in a row.
std::shared_ptr<const Partition> unequal_shares() {
  Partition partition;
  partition.samples.resize(n);
  for (Index k = 0; k < m; ++k) {
    const Index position = (k * 7) % m;
    partition.samples[position < 20 ? 0 : position < 100 ? 1 : 2].push_back(k);
  }
  return std::make_shared<const Partition>(std::move(partition));
}

/// f_i and f of least squares with an intercept, by their formulas.
struct Formulas {
  const Dataset& data;
  const Partition& partition;
  NodeWeights weights;

  double scale(std::size_t i) const {
    return weights == NodeWeights::equal ? 1 : n * static_cast<double>(partition.samples[i].size()) / m;
  }
  Eigen::VectorXd sample(Index k) const {
    Eigen::VectorXd a(data.train.features() + 1);
    a << data.train.dense.col(k), 1;
    return a;
  }
  double loss(std::size_t i, const Eigen::VectorXd& x) const {
    double sum = 0;
    for (const Index k : partition.samples[i]) sum += std::pow(sample(k).dot(x) - data.train.labels[k], 2) / 2;
    return scale(i) * (sum / static_cast<double>(partition.samples[i].size()) + l2 / 2 * x.squaredNorm());
  }
  double loss(const Eigen::VectorXd& x) const { return (loss(0, x) + loss(1, x) + loss(2, x)) / n; }
  Eigen::MatrixXd hessian(std::size_t i) const {
    const Index d = data.train.features() + 1;
    Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(d, d);
    for (const Index k : partition.samples[i]) sum += sample(k) * sample(k).transpose();
    return scale(i) * (sum / static_cast<double>(partition.samples[i].size()) + l2 * Eigen::MatrixXd::Identity(d, d));
  }
  Eigen::MatrixXd hessian() const { return (hessian(0) + hessian(1) + hessian(2)) / n; }
  Eigen::VectorXd optimum() const {
    Eigen::VectorXd moment = Eigen::VectorXd::Zero(data.train.features() + 1);
    for (std::size_t i = 0; i < n; ++i)
      for (const Index k : partition.samples[i])
        moment += scale(i) / static_cast<double>(n * partition.samples[i].size()) * data.train.labels[k] * sample(k);
    return hessian().partialPivLu().solve(moment);
  }
};

template <class Scalar>
Eigen::VectorXd gradient_at(const Problem<Scalar>& problem, NodeId node, const Eigen::VectorXd& at) {
  const Eigen::Matrix<Scalar, Eigen::Dynamic, 1> x = at.cast<Scalar>();
  Eigen::Matrix<Scalar, Eigen::Dynamic, 1> g(x.size());
  Workspace workspace;
  problem.gradient(node, 0, x.data(), g.data(), workspace);
  return g.template cast<double>();
}

}  // namespace

TEST_CASE_TEMPLATE("f is the mean of the nodes' objectives in every measure", Scalar, float, double) {
  const double exact = std::is_same_v<Scalar, double> ? 1e-12 : 2e-5;
  const auto dense = random_dataset(4, m, 0, 0);
  const auto partition = unequal_shares();
  for (const auto& data : {dense, made_sparse(*dense)}) {
    for (const NodeWeights weights : {NodeWeights::equal, NodeWeights::samples}) {
      CAPTURE(name(weights));
      const Formulas formulas{*dense, *partition, weights};
      const EmpiricalRisk<Scalar> problem{
          data, partition, linear_regression<Scalar>(*data, {.l2 = l2, .intercept = true}), {.batch_size = 0},
          1,    weights};
      const Eigen::Matrix<Scalar, Eigen::Dynamic, 1> x = random_matrix(5, 1, 3).cast<Scalar>();
      const Eigen::VectorXd at = x.template cast<double>();
      const Evaluation found = problem.evaluate(x.data(), {});
      CHECK(found.train_loss == doctest::Approx(formulas.loss(at)).epsilon(exact));

      // The nodes' gradients are slopes of their losses, and their mean is that of f. A quadratic's central difference
      // has no error but rounding.
      Eigen::VectorXd mean = Eigen::VectorXd::Zero(5);
      for (NodeId i = 0; i < n; ++i) {
        const Eigen::VectorXd g = gradient_at<Scalar>(problem, i, at);
        mean += g / n;
        for (Index k = 0; k < 5; ++k) {
          const auto node = static_cast<std::size_t>(i);
          const double slope = (formulas.loss(node, at + Eigen::VectorXd::Unit(5, k)) -
                                formulas.loss(node, at - Eigen::VectorXd::Unit(5, k))) /
                               2;
          CHECK(std::abs(g[k] - slope) < 10 * exact);
        }
      }
      CHECK(*found.gradient_norm == doctest::Approx(mean.norm()).epsilon(10 * exact));

      CHECK(*found.distance_to_optimum == doctest::Approx((at - formulas.optimum()).norm()).epsilon(exact));
      const Eigen::VectorXd best = formulas.optimum();
      CHECK(*found.suboptimality == doctest::Approx(formulas.loss(at) - formulas.loss(best)).epsilon(10 * exact));
      double spread = 0;
      for (NodeId i = 0; i < n; ++i) spread += gradient_at<Scalar>(problem, i, best).squaredNorm() / n;
      CHECK(*problem.heterogeneity_at_optimum() == doctest::Approx(spread).epsilon(10 * exact));
      CHECK(problem.gradient_variance() == 0.0);  // with full batches
      const auto eigenvalues = [](const Eigen::MatrixXd& A) {
        return Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>{A}.eigenvalues().eval();
      };
      double L = 0;
      for (std::size_t i = 0; i < n; ++i) L = std::max(L, eigenvalues(formulas.hessian(i))[4]);
      CHECK(*problem.smoothness() == doctest::Approx(L).epsilon(1e-8));
      CHECK(*problem.strong_convexity() == doctest::Approx(eigenvalues(formulas.hessian())[0]).epsilon(1e-12));
    }
  }
}

TEST_CASE("The loss over all samples is measured beside f where they differ, and is f where nodes count by samples") {
  const auto data = random_dataset(4, m, 0, 3);
  const auto risk = [&](std::shared_ptr<const Partition> partition, NodeWeights weights) {
    const EmpiricalRisk<double> problem{
        data, std::move(partition), softmax_regression<double>(*data, {.l2 = 0.1}), {}, 1, weights};
    const Eigen::VectorXd x = random_matrix(15, 1, 3);
    return problem.evaluate(x.data(), {});
  };
  const Evaluation whole = risk(dealt_partition(m, n), NodeWeights::equal);
  CHECK(!whole.pooled_train_loss);
  CHECK(risk(dealt_partition(m, n), NodeWeights::samples).train_loss == whole.train_loss);  // bit by bit
  const Evaluation equal = risk(unequal_shares(), NodeWeights::equal);
  REQUIRE(equal.pooled_train_loss);
  CHECK(*equal.pooled_train_loss == doctest::Approx(whole.train_loss).epsilon(1e-14));
  CHECK(std::abs(equal.train_loss - whole.train_loss) > 1e-3);
  CHECK(equal.train_accuracy == whole.train_accuracy);  // of samples, on any node
  const Evaluation samples = risk(unequal_shares(), NodeWeights::samples);
  CHECK(!samples.pooled_train_loss);
  CHECK(samples.train_loss == whole.train_loss);
  CHECK(samples.gradient_norm == whole.gradient_norm);

  // Samples that no node holds are no part of f.
  Partition half;
  half.samples.resize(n);
  Samples held{.dense = Eigen::MatrixXd(4, m / 2), .sparse = {}, .labels = Eigen::VectorXd(m / 2)};
  for (Index k = 0; k < m / 2; ++k) {
    half.samples[static_cast<std::size_t>(k % n)].push_back(2 * k);
    held.dense.col(k) = data->train.dense.col(2 * k);
    held.labels[k] = data->train.labels[2 * k];
  }
  const auto kept = std::make_shared<const Dataset>(Dataset{.name = "half", .classes = 3, .train = held, .test = {}});
  const EmpiricalRisk<double> alone{
      kept, dealt_partition(m / 2, n), softmax_regression<double>(*kept, {.l2 = 0.1}), {}, 1};
  const Eigen::VectorXd x = random_matrix(15, 1, 3);
  const double expected = alone.evaluate(x.data(), {}).train_loss;
  const auto shared = std::make_shared<const Partition>(half);
  for (const NodeWeights weights : {NodeWeights::equal, NodeWeights::samples}) {
    const Evaluation part = risk(shared, weights);
    CHECK(part.train_loss == doctest::Approx(expected).epsilon(1e-14));
    REQUIRE(part.pooled_train_loss);
    CHECK(*part.pooled_train_loss == doctest::Approx(whole.train_loss).epsilon(1e-14));
  }
}

TEST_CASE("A random subset estimates f and its gradient by its samples' weights in f") {
  const auto data = random_dataset(4, m, 0, 0);
  const auto partition = unequal_shares();
  const Eigen::VectorXd x = random_matrix(4, 1, 3);
  constexpr Index s = 90;
  constexpr std::uint64_t seed = 5;
  const EmpiricalRisk<double> problem{data, partition, linear_regression<double>(*data, {.l2 = l2}), {}, seed};
  // Every sample is as likely as any other to be in the subset, s/m; m/s times its sum therefore has the sum's mean.
  const Permutation order{m, Draws{seed, Purpose::evaluation}};
  double loss = l2 / 2 * x.squaredNorm(), pooled = loss;
  Eigen::VectorXd gradient = l2 * x;
  for (Index position = 0; position < s; ++position) {
    const Index k = order(position);
    const auto holds = [k](const std::vector<Index>& own) { return std::count(own.begin(), own.end(), k) > 0; };
    const auto owner = std::find_if(partition->samples.begin(), partition->samples.end(), holds);
    const double weight = 1.0 / static_cast<double>(n * owner->size());
    const double error = data->train.dense.col(k).dot(x) - data->train.labels[k];
    loss += static_cast<double>(m) / s * weight * error * error / 2;
    gradient += static_cast<double>(m) / s * weight * error * data->train.dense.col(k);
    pooled += error * error / 2 / s;
  }
  const Evaluation found = problem.evaluate(x.data(), {.train_samples = s});
  CHECK(found.train_loss == doctest::Approx(loss).epsilon(1e-13));
  CHECK(*found.gradient_norm == doctest::Approx(gradient.norm()).epsilon(1e-13));
  CHECK(*found.pooled_train_loss == doctest::Approx(pooled).epsilon(1e-13));
  const Evaluation all = problem.evaluate(x.data(), {.train_samples = m});
  CHECK(all.train_loss == doctest::Approx(problem.evaluate(x.data(), {}).train_loss).epsilon(1e-13));
}

TEST_CASE("A weighted evaluation gives the same bits with any number of threads") {
  const auto data = random_dataset(30, 4000, 0, 5);
  Partition partition;
  partition.samples.resize(4);
  for (Index k = 0; k < 4000; ++k)
    partition.samples[k % 40 == 0 ? 0 : k % 5 == 1 ? 1 : k % 2 == 0 ? 2 : 3].push_back(k);
  const EmpiricalRisk<float> problem{
      data, std::make_shared<const Partition>(partition), softmax_regression<float>(*data, {.l2 = 0.1}), {}, 1};
  const Eigen::VectorXf x = random_matrix(problem.dimension(), 1, 3).cast<float>();
  const Evaluation one = problem.evaluate(x.data(), {.threads = 1});
  for (const int threads : {2, 3, 8}) {
    const Evaluation many = problem.evaluate(x.data(), {.threads = threads});
    CHECK(many.train_loss == one.train_loss);
    CHECK(many.pooled_train_loss == one.pooled_train_loss);
    CHECK(many.gradient_norm == one.gradient_norm);
  }
}

TEST_CASE("Weights are exactly 1 where shares are equal") {
  for (const NodeWeights weights : {NodeWeights::equal, NodeWeights::samples}) {
    const SampleWeights found{*dealt_partition(49 * 3, 49), weights, 49 * 3};
    CHECK(found.relative.size() == 0);
    CHECK(std::all_of(found.node_scales.begin(), found.node_scales.end(), [](double scale) { return scale == 1; }));
  }
  const SampleWeights equal{{.samples = {{0}, {1, 2, 3}}}, NodeWeights::equal, 5};
  CHECK(equal.node_scales == std::vector<double>{1, 1});
  CHECK(equal.relative == Eigen::VectorXd{{5 / 2.0, 5 / 6.0, 5 / 6.0, 5 / 6.0, 0}});
  const SampleWeights samples{{.samples = {{0}, {1, 2, 3}}}, NodeWeights::samples, 5};
  CHECK(samples.node_scales == std::vector<double>{0.5, 1.5});
  CHECK(samples.relative == Eigen::VectorXd{{1.25, 1.25, 1.25, 1.25, 0}});
}
