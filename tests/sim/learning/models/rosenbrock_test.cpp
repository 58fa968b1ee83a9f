#include "sim/learning/models/rosenbrock.hpp"

#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <Eigen/Core>

#include "tests/sim/learning/random_data.hpp"
#include "tests/temporary_folder.hpp"

using namespace gossamer;

namespace {

template <class Scalar>
Eigen::VectorXd gradient_at(const Rosenbrock<Scalar>& problem, const Eigen::VectorXd& at, std::uint64_t step = 0,
                            NodeId node = 0) {
  const Eigen::Matrix<Scalar, Eigen::Dynamic, 1> x = at.cast<Scalar>();
  Eigen::Matrix<Scalar, Eigen::Dynamic, 1> g(x.size());
  Workspace workspace;
  problem.gradient(node, step, x.data(), g.data(), workspace);
  return g.template cast<double>();
}

}  // namespace

TEST_CASE_TEMPLATE("Rosenbrock's function, its gradient and its distance to the minimum, by hand", Scalar, float,
                   double) {
  // Pairs (−1, 1) and (2, 3): f = 4 + 0 and 1 + 100 · 1. The gradients are (2 (x − 1) − 400 x (y − x²), 200 (y − x²)).
  const Rosenbrock<Scalar> problem{4};
  const Eigen::Vector4d x{-1, 1, 2, 3};
  CHECK(gradient_at(problem, x) == Eigen::Vector4d{-4, 0, 2 + 800, -200});
  const Eigen::Matrix<Scalar, 4, 1> at = x.cast<Scalar>();
  const Evaluation evaluation = problem.evaluate(at.data(), {});
  CHECK(evaluation.train_loss == 105);
  CHECK(evaluation.suboptimality == 105);
  CHECK(*evaluation.distance_to_optimum == doctest::Approx(std::sqrt(4 + 0 + 1 + 4)).epsilon(1e-15));
  CHECK(*evaluation.gradient_norm == doctest::Approx(Eigen::Vector4d{-4, 0, 802, -200}.norm()).epsilon(1e-15));
  CHECK(!problem.evaluate(at.data(), {.gradient = false}).gradient_norm);
  CHECK(!evaluation.test_loss);
  Workspace workspace;
  CHECK(problem.loss(3, at.data(), workspace) == 105);
  const std::vector<const Scalar*> points{at.data()};
  CHECK(problem.score(points, {.train_samples = 5})[0].train_loss == 105);  // there are none to choose from
}

TEST_CASE("The gradient of Rosenbrock's function is the derivative of its loss, and vanishes at the minimum") {
  // Central differences with h = 1e-5: h²/6 of the third derivative, 2400 x of a first variable, is below 1e-7; the loss,
  // below 1e4 and exact to 1e-16 of itself, costs 1e-7.
  constexpr double h = 1e-5;
  const Rosenbrock<double> problem{6};
  const Eigen::VectorXd x = random_matrix(6, 1, 2);
  const Eigen::VectorXd g = gradient_at(problem, x);
  for (Index k = 0; k < 6; ++k) {
    const Eigen::VectorXd up = x + h * Eigen::VectorXd::Unit(6, k), down = x - h * Eigen::VectorXd::Unit(6, k);
    const double slope =
        (problem.evaluate(up.data(), {}).train_loss - problem.evaluate(down.data(), {}).train_loss) / (2 * h);
    CHECK(std::abs(slope - g[k]) < 1e-6);
  }
  const std::vector<double> best = problem.known_minimum();
  REQUIRE(best.size() == 6);
  CHECK(problem.evaluate(best.data(), {}).train_loss == 0);
  CHECK(gradient_at(problem, Eigen::VectorXd::Ones(6)).norm() == 0);
}

TEST_CASE("Noise of Rosenbrock's function is normal, drawn by node and step, and none for all samples") {
  const Rosenbrock<double> exact{2}, noisy{2, 1.5, 7};
  const Eigen::Vector2d x{0.3, -0.4};
  const Eigen::VectorXd g = gradient_at(exact, x);
  CHECK(gradient_at(noisy, x, GradientAddress::all_samples) == g);
  CHECK(gradient_at(noisy, x, 3, 5) == gradient_at(noisy, x, 3, 5));
  CHECK(gradient_at(noisy, x, 3, 5) != gradient_at(noisy, x, 3, 6));
  CHECK(gradient_at(noisy, x, 3, 5) != gradient_at(noisy, x, 4, 5));
  CHECK(noisy.gradient_variance() == 2 * 2.25);
  CHECK(exact.gradient_variance() == 0);
  CHECK(noisy.heterogeneity() == 0);

  // Of n draws the mean is within 5 σ/√n of 0, and the mean square within 5 σ² √(2/n) of σ².
  constexpr int n = 20000;
  double sum = 0, squares = 0;
  for (int step = 0; step < n; ++step) {
    const double off = (gradient_at(noisy, x, static_cast<std::uint64_t>(step)) - g)[1];
    sum += off;
    squares += off * off;
  }
  CHECK(std::abs(sum / n) < 5 * 1.5 / std::sqrt(n));
  CHECK(std::abs(squares / n - 2.25) < 5 * 2.25 * std::sqrt(2.0 / n));
}

TEST_CASE("A gradient of Rosenbrock's function is eight operations a pair, and odd dimensions are refused") {
  const Rosenbrock<float> problem{6};
  CHECK(problem.step_work(0).flops == 3 * 8);
  CHECK(problem.step_work(0).bytes == 4 * (6 + 6));
  for (const Index d : {0, 1, 3})
    CHECK(message_of<LearningError>([&] { Rosenbrock<double>{d}; }) ==
          "rosenbrock: the dimension is " + std::to_string(d) + ", expected an even number of at least 2");
}
