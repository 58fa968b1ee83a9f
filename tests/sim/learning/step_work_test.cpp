#include <memory>

#include <doctest/doctest.h>

#include "sim/learning/models/empirical_risk.hpp"
#include "sim/learning/models/linear_regression.hpp"
#include "sim/learning/models/logistic_regression.hpp"
#include "sim/learning/models/mlp.hpp"
#include "sim/learning/models/quadratics.hpp"
#include "sim/learning/models/softmax_regression.hpp"
#include "tests/sim/learning/random_data.hpp"

/// The work of one stochastic gradient, counted by hand: products of length p cost 2 p operations.
using namespace gossamer;

namespace {

void check_work(const Work& work, double flops, double bytes) {
  CHECK(work.flops == doctest::Approx(flops));
  CHECK(work.bytes == doctest::Approx(bytes));
}

}  // namespace

TEST_CASE("A linear model multiplies each sample twice: for its output, and into the gradient") {
  // p = 7, B = 2: 2 samples · 2 products of 14. Of doubles: 2 · 7 features, x and g of 7, or 8 with an intercept.
  const auto data = random_dataset(7, 12, 0, 2);
  const auto work = [&](bool intercept) {
    return EmpiricalRisk<double>{data,
                                 dealt_partition(12, 3),
                                 logistic_regression<double>(*data, {.intercept = intercept}),
                                 {.batch_size = 2},
                                 1}
        .step_work(1);
  };
  check_work(work(false), 2 * 2 * 14, 8 * (14 + 7 + 7));
  check_work(work(true), 2 * 2 * 14, 8 * (14 + 8 + 8));
}

TEST_CASE("The work of full batches is proportional to a node's samples, in either scalar type") {
  const auto data = random_dataset(5, 10, 0, 0);
  const auto partition = std::make_shared<const Partition>(Partition{.samples = {{0, 1, 2, 3, 4, 5, 6}, {7, 8, 9}}});
  const EmpiricalRisk<float> problem{data, partition, linear_regression<float>(*data, {}), {.batch_size = 0}, 1};
  check_work(problem.step_work(0), 7 * 2 * 10, 4 * (7 * 5 + 5 + 5));
  check_work(problem.step_work(1), 3 * 2 * 10, 4 * (3 * 5 + 5 + 5));
}

TEST_CASE("For sparse samples a node's stored numbers count, each with its index") {
  // Node 0 holds columns with 1 and 3 stored numbers, 2 on average; node 1 one with 2 and one with none.
  Dataset data{.name = "sparse", .classes = 2, .train = {}, .test = {}};
  Eigen::MatrixXd dense = Eigen::MatrixXd::Zero(6, 4);
  dense(0, 0) = dense(1, 1) = dense(3, 1) = dense(5, 1) = dense(2, 2) = dense(4, 2) = 1;
  data.train.sparse = dense.sparseView().cast<double>();
  data.train.labels = Eigen::Vector4d{0, 1, 0, 1};
  const auto shared = std::make_shared<const Dataset>(std::move(data));
  const auto partition = std::make_shared<const Partition>(Partition{.samples = {{0, 1}, {2, 3}}});
  const EmpiricalRisk<double> problem{
      shared, partition, logistic_regression<double>(*shared, {}), {.batch_size = 5}, 1};
  check_work(problem.step_work(0), 5 * 2 * 4, 5 * 2 * (8 + 4) + 8 * (6 + 6));
  check_work(problem.step_work(1), 5 * 2 * 2, 5 * 1 * (8 + 4) + 8 * (6 + 6));
}

TEST_CASE("Softmax regression multiplies each sample twice for every class") {
  // p = 4, C = 3, B = 5, d = 15: 5 · 3 · 2 products of 8.
  const auto data = random_dataset(4, 20, 0, 3);
  const EmpiricalRisk<float> problem{
      data, dealt_partition(20, 2), softmax_regression<float>(*data, {}), {.batch_size = 5}, 1};
  check_work(problem.step_work(0), 5 * 3 * 2 * 8, 4 * (5 * 4 + 15 + 15));
}

TEST_CASE("A perceptron multiplies by each layer forward, into its weights, and backward except to the samples") {
  // 4 → 3 → 2 → 2: layers of 12, 6 and 4 weights; forward 2 · 22, weights 2 · 22, backward 2 · (6 + 4).
  const auto data = random_dataset(4, 20, 0, 2);
  const EmpiricalRisk<double> problem{
      data, dealt_partition(20, 2), mlp<double>(*data, {.hidden = {3, 2}}), {.batch_size = 6}, 1};
  const double d = 15 + 8 + 6;
  check_work(problem.step_work(1), 6 * (44 + 44 + 20), 8 * (6 * 4 + 2 * d));
}

TEST_CASE("A quadratic multiplies by its matrix, which is part of its traffic") {
  const Eigen::MatrixXd b = Eigen::MatrixXd::Ones(3, 2);
  check_work(Quadratics<double>{{.A = {Eigen::MatrixXd::Identity(3, 3)}, .b = b}}.step_work(1), 18, 8 * (9 + 9));
  check_work(Quadratics<float>{{.A = {Eigen::VectorXd::Ones(3)}, .b = b}}.step_work(0), 6, 4 * (3 + 9));
}
