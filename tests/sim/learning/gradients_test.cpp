#include <cmath>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "sim/learning/models/empirical_risk.hpp"
#include "sim/learning/models/linear_regression.hpp"
#include "sim/learning/models/logistic_regression.hpp"
#include "sim/learning/models/mlp.hpp"
#include "sim/learning/models/softmax_regression.hpp"
#include "tests/sim/learning/random_data.hpp"

using namespace gossamer;

namespace {

/// A model, by its settings, and the number of classes of the data it wants.
template <class Scalar>
struct Case {
  std::string name;
  int classes;
  std::function<std::unique_ptr<Model<Scalar>>(const Dataset&)> make;
  bool sparse = false;  ///< whether sparse features are allowed
};

template <class Scalar>
std::vector<Case<Scalar>> cases() {
  const auto perceptron = [](std::vector<std::int64_t> hidden, Activation activation) {
    return
        [=](const Dataset& data) { return mlp<Scalar>(data, {.hidden = hidden, .activation = activation, .l2 = 0.1}); };
  };
  return {
      {"linear", 0, [](const Dataset& data) { return linear_regression<Scalar>(data, {.l2 = 0.3}); }, true},
      {"linear with intercept", 0,
       [](const Dataset& data) { return linear_regression<Scalar>(data, {.l2 = 0.3, .intercept = true}); }, true},
      {"logistic", 2, [](const Dataset& data) { return logistic_regression<Scalar>(data, {.l2 = 0.2}); }, true},
      {"logistic with intercept", 2,
       [](const Dataset& data) { return logistic_regression<Scalar>(data, {.l2 = 0.2, .intercept = true}); }, true},
      {"softmax", 5, [](const Dataset& data) { return softmax_regression<Scalar>(data, {.l2 = 0.1}); }},
      {"mlp, relu", 4, perceptron({9}, Activation::relu)},
      {"mlp, tanh", 4, perceptron({9}, Activation::tanh)},
      {"mlp, tanh, three layers", 3, perceptron({18, 5, 6}, Activation::tanh)},
      {"mlp without hidden layers", 3, perceptron({}, Activation::relu)},
  };
}

template <class Scalar>
EmpiricalRisk<Scalar> full_batch(const Case<Scalar>& c, const std::shared_ptr<const Dataset>& data) {
  return {data, dealt_partition(data->train.count(), 1), c.make(*data), {.batch_size = 0}, 1};
}

template <class Scalar>
Eigen::Matrix<Scalar, Eigen::Dynamic, 1> gradient_at(const Problem<Scalar>& problem, const Eigen::VectorXd& at,
                                                     NodeId node = 0, std::uint64_t step = 0) {
  const Eigen::Matrix<Scalar, Eigen::Dynamic, 1> x = at.cast<Scalar>();
  Eigen::Matrix<Scalar, Eigen::Dynamic, 1> g =
      Eigen::Matrix<Scalar, Eigen::Dynamic, 1>::Constant(x.size(), std::numeric_limits<Scalar>::quiet_NaN());
  Workspace workspace;
  problem.gradient(node, step, x.data(), g.data(), workspace);
  return g;
}

/// A data set of one sample with the given features and label.
std::shared_ptr<const Dataset> single(std::vector<double> features, double label, int classes) {
  Dataset data{.name = "single", .classes = classes, .train = {}, .test = {}};
  data.train.dense = Eigen::Map<const Eigen::VectorXd>(features.data(), static_cast<Index>(features.size()));
  data.train.labels = Eigen::VectorXd::Constant(1, label);
  return std::make_shared<const Dataset>(std::move(data));
}

}  // namespace

TEST_CASE("Every model's gradient is the derivative of its loss") {
  // Central differences with h = 1e-5: the third derivatives, at most a few tens here, cost h²/6 of themselves, below
  // 1e-9; the loss, of order 10 and exact to 1e-14, costs 1e-14/h = 1e-9.
  constexpr double h = 1e-5;
  for (const Index features : {3, 20}) {
    for (const auto& c : cases<double>()) {
      CAPTURE(c.name);
      CAPTURE(features);
      const auto data = random_dataset(features, 23, 0, c.classes);
      const auto problem = full_batch(c, data);
      Eigen::VectorXd x = 0.5 * random_matrix(problem.dimension(), 1, 9);
      const Eigen::VectorXd g = gradient_at<double>(problem, x);
      for (Index k = 0; k < x.size(); ++k) {
        const auto loss_at = [&](double shift) {
          Eigen::VectorXd moved = x;
          moved[k] += shift;
          return problem.evaluate(moved.data(), {.gradient = false}).train_loss;
        };
        REQUIRE(std::abs(g[k] - (loss_at(h) - loss_at(-h)) / (2 * h)) < 1e-8);
      }
    }
  }
}

TEST_CASE("Sparse and dense features give the same gradients and measures") {
  for (const auto& c : cases<double>()) {
    if (!c.sparse) continue;
    CAPTURE(c.name);
    Dataset thin = *random_dataset(40, 30, 10, c.classes);
    thin.train = random_samples(40, 30, c.classes, 5, 0.8);
    const auto dense = full_batch(c, std::make_shared<const Dataset>(thin));
    const auto sparse = full_batch(c, made_sparse(thin));
    const Eigen::VectorXd x = random_matrix(dense.dimension(), 1, 9);
    const Eigen::VectorXd difference = gradient_at<double>(dense, x) - gradient_at<double>(sparse, x);
    CHECK(difference.cwiseAbs().maxCoeff() < 1e-13);  // sums of at most 40 numbers of order 1
    const auto one = dense.evaluate(x.data(), {}), other = sparse.evaluate(x.data(), {});
    CHECK(one.train_loss == doctest::Approx(other.train_loss).epsilon(1e-13));
    CHECK(*one.test_loss == doctest::Approx(*other.test_loss).epsilon(1e-13));
    CHECK(one.train_accuracy == other.train_accuracy);
    CHECK(*dense.smoothness() == doctest::Approx(*sparse.smoothness()).epsilon(1e-9));
    CHECK(*dense.strong_convexity() == doctest::Approx(*sparse.strong_convexity()).epsilon(1e-9));
  }
}

TEST_CASE("float32 gradients are those of float64 to single precision") {
  // Every element is a sum of at most 23 · 20 products of numbers of order 1, passed on through at most three layers;
  // a relative 1e-4 of the largest element leaves room for 100 roundings in a row.
  const auto in_float = cases<float>();
  const auto in_double = cases<double>();
  for (std::size_t k = 0; k < in_double.size(); ++k) {
    CAPTURE(in_double[k].name);
    const auto data = random_dataset(20, 23, 0, in_double[k].classes);
    const auto single_precision = full_batch(in_float[k], data);
    const auto double_precision = full_batch(in_double[k], data);
    const Eigen::VectorXd x = (0.5 * random_matrix(double_precision.dimension(), 1, 9)).cast<float>().cast<double>();
    const Eigen::VectorXd exact = gradient_at<double>(double_precision, x);
    const Eigen::VectorXd rough = gradient_at<float>(single_precision, x).cast<double>();
    CHECK((exact - rough).cwiseAbs().maxCoeff() < 1e-4 * exact.cwiseAbs().maxCoeff());
  }
}

TEST_CASE("A batch's gradient is the mean over its samples, blocks and full batches included") {
  for (const auto& c : cases<double>()) {
    CAPTURE(c.name);
    const auto data = random_dataset(6, 700, 0, c.classes);  // more than fits into one block
    const auto problem = full_batch(c, data);
    const auto alone = EmpiricalRisk<double>{data, dealt_partition(700, 700), c.make(*data), {.batch_size = 0}, 1};
    const Eigen::VectorXd x = 0.5 * random_matrix(problem.dimension(), 1, 9);
    Eigen::VectorXd mean = Eigen::VectorXd::Zero(x.size());
    for (NodeId k = 0; k < 700; ++k) mean += gradient_at<double>(alone, x, k) / 700;
    CHECK((gradient_at<double>(problem, x) - mean).cwiseAbs().maxCoeff() < 1e-12);
    CHECK(*problem.evaluate(x.data(), {}).gradient_norm == doctest::Approx(mean.norm()).epsilon(1e-12));
  }
}

TEST_CASE("Linear regression of one sample, by hand") {
  const auto data = single({1, 2}, 3, 0);
  const EmpiricalRisk<double> problem{
      data, dealt_partition(1, 1), linear_regression<double>(*data, {.l2 = 0.5}), {.batch_size = 1}, 1};
  const Eigen::Vector2d x{2, 1};  // residual 2 + 2 − 3 = 1
  CHECK(gradient_at<double>(problem, x) == Eigen::Vector2d{1 + 0.5 * 2, 2 + 0.5 * 1});
  CHECK(problem.evaluate(x.data(), {}).train_loss == 0.5 + 0.25 * 5);
}

TEST_CASE("Logistic regression at zero has loss log 2 and gradient −y a/2") {
  const auto data = single({4, -6}, 1, 2);
  const EmpiricalRisk<double> problem{
      data, dealt_partition(1, 1), logistic_regression<double>(*data, {}), {.batch_size = 1}, 1};
  const Eigen::Vector2d zero = Eigen::Vector2d::Zero();
  CHECK(gradient_at<double>(problem, zero) == Eigen::Vector2d{-2, 3});
  CHECK(problem.evaluate(zero.data(), {}).train_loss == doctest::Approx(std::log(2.0)).epsilon(1e-15));
}

TEST_CASE("Softmax regression at zero has loss log C, and its gradient is (1/C − [u = y]) (a, 1)") {
  const auto data = single({4, -8}, 2, 4);
  const EmpiricalRisk<double> problem{
      data, dealt_partition(1, 1), softmax_regression<double>(*data, {}), {.batch_size = 1}, 1};
  const Eigen::VectorXd zero = Eigen::VectorXd::Zero(12);
  Eigen::VectorXd expected(12);
  expected << 1, -2, 1, -2, -3, 6, 1, -2, 0.25, 0.25, -0.75, 0.25;
  CHECK((gradient_at<double>(problem, zero) - expected).cwiseAbs().maxCoeff() < 1e-15);
  CHECK(problem.evaluate(zero.data(), {}).train_loss == doctest::Approx(std::log(4.0)).epsilon(1e-15));
}

TEST_CASE("An MLP with one hidden unit, by hand") {
  const auto data = single({2}, 0, 2);
  const EmpiricalRisk<double> problem{
      data, dealt_partition(1, 1), mlp<double>(*data, {.hidden = {1}}), {.batch_size = 1}, 1};
  // h = relu(3 · 2 − 5) = 1, z = (0 · h, 0 · h + 0): p = (1/2, 1/2), residuals (−1/2, 1/2).
  Eigen::VectorXd x(6);
  x << 3, -5, 4, 8, -4, -8;  // W1, c1, W2 = (4, 8), c2 = (−4, −8): both logits are 0
  Eigen::VectorXd expected(6);
  const double below = -0.5 * 4 + 0.5 * 8;  // W2ᵀ residuals, relu passes it on
  expected << below * 2, below, -0.5, 0.5, -0.5, 0.5;
  CHECK((gradient_at<double>(problem, x) - expected).cwiseAbs().maxCoeff() < 1e-15);
  x[1] = -7;  // the hidden unit is off: weights below it have gradient 0, and the logits are the biases −4, −8
  const double p1 = 1 / (1 + std::exp(4.0));
  expected << 0, 0, 0, 0, -p1, p1;
  CHECK((gradient_at<double>(problem, x) - expected).cwiseAbs().maxCoeff() < 1e-15);
}

TEST_CASE_TEMPLATE("softplus and sigmoid are exact at both ends", Scalar, float, double) {
  CHECK(softplus(Scalar{0}) == doctest::Approx(std::log(2.0)));
  CHECK(softplus(Scalar{1000}) == 1000);
  CHECK(softplus(Scalar{-1000}) == 0);
  CHECK(static_cast<double>(softplus(Scalar{-20})) ==
        doctest::Approx(std::log1p(std::exp(-20.0))).epsilon(1e-6));  // log(1 + e) would lose half the digits
  CHECK(sigmoid(Scalar{0}) == Scalar{0.5});
  CHECK(sigmoid(Scalar{1000}) == 1);
  CHECK(sigmoid(Scalar{-1000}) == 0);
  CHECK(static_cast<double>(sigmoid(Scalar{-20})) ==
        doctest::Approx(std::exp(-20.0) / (1 + std::exp(-20.0))).epsilon(1e-6));
  for (const double t : {-3.0, -0.5, 0.1, 2.0})
    CHECK(static_cast<double>(sigmoid(static_cast<Scalar>(t)) + sigmoid(static_cast<Scalar>(-t))) ==
          doctest::Approx(1.0).epsilon(1e-6));
}
