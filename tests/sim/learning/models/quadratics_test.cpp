#include "sim/learning/models/quadratics.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <Eigen/Eigenvalues>
#include <Eigen/LU>

#include "tests/sim/learning/random_data.hpp"
#include "tests/temporary_folder.hpp"

using namespace gossamer;

namespace {

template <class Scalar>
Eigen::VectorXd gradient_at(const Quadratics<Scalar>& problem, NodeId node, std::uint64_t step,
                            const Eigen::VectorXd& at) {
  const Eigen::Matrix<Scalar, Eigen::Dynamic, 1> x = at.cast<Scalar>();
  Eigen::Matrix<Scalar, Eigen::Dynamic, 1> g(x.size());
  Workspace workspace;
  problem.gradient(node, step, x.data(), g.data(), workspace);
  return g.template cast<double>();
}

Eigen::VectorXd eigenvalues(const Eigen::MatrixXd& A) {
  return Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>{A}.eigenvalues();
}

QuadraticTerms example() {
  QuadraticTerms terms{.A = {Eigen::Matrix2d{{2, 1}, {1, 3}}, Eigen::Matrix2d{{4, 0}, {0, 1}}},
                       .b = Eigen::Matrix2d{{1, 5}, {2, -2}}};
  return terms;
}

}  // namespace

TEST_CASE_TEMPLATE("Gradients, loss and optimum of two quadratics, by hand", Scalar, float, double) {
  const Quadratics<Scalar> problem{example()};
  const Eigen::Vector2d x{1, -1};
  CHECK(gradient_at(problem, 0, 0, x) == Eigen::Vector2d{2 - 1 - 1, 1 - 3 - 2});
  CHECK(gradient_at(problem, 1, 0, x) == Eigen::Vector2d{4 - 5, -1 + 2});
  const Eigen::Matrix<Scalar, 2, 1> at = x.cast<Scalar>();
  const Evaluation evaluation = problem.evaluate(at.data(), {});
  // f_0 = (2 − 2 + 3)/2 − (1 − 2) = 2.5, f_1 = (4 + 1)/2 − (5 + 2) = −4.5
  CHECK(evaluation.train_loss == doctest::Approx(-1.0).epsilon(1e-15));
  CHECK(*evaluation.gradient_norm == doctest::Approx(Eigen::Vector2d{-0.5, -1.5}.norm()).epsilon(1e-15));
  const Eigen::Matrix<Scalar, 2, 1> zero{0, 0};
  const std::vector<const Scalar*> points{zero.data(), at.data()};
  const auto scores = problem.score(points, {.train_samples = 5});  // there are none to choose from
  CHECK(scores[0].train_loss == 0);
  CHECK(scores[1].train_loss == evaluation.train_loss);
  CHECK(!scores[1].train_accuracy);
  // Σ A = [6 1; 1 4], Σ b = (6, 0): x* = (24, −6)/23
  CHECK(((*problem.optimum()) - Eigen::Vector2d{24, -6} / 23).norm() < 1e-15);
  CHECK(*evaluation.distance_to_optimum == doctest::Approx((x - Eigen::Vector2d{24, -6} / 23).norm()));
  CHECK(*evaluation.suboptimality == doctest::Approx(-1 - -36.0 / 23).epsilon(1e-14));  // f(x*) = −(3, 0) x*/2
  CHECK(!evaluation.test_loss);
  CHECK(!evaluation.train_accuracy);
  CHECK(*problem.smoothness() == doctest::Approx(4).epsilon(1e-6));  // (5 + sqrt 5)/2 < 4
  CHECK(*problem.strong_convexity() == doctest::Approx((5 - std::sqrt(2.0)) / 2).epsilon(1e-14));
}

TEST_CASE_TEMPLATE("Noise and heterogeneity of quadratics are those of their definitions, by hand", Scalar, float,
                   double) {
  const Quadratics<Scalar> problem{example(), 0.5};
  CHECK(problem.gradient_variance() == 2 * 0.25);
  CHECK(!problem.heterogeneity());  // A_0 − A_1 is not 0, so that it grows with x
  // At x* = (24, −6)/23 node 0 has the gradient (19, −40)/23 and node 1 its opposite.
  CHECK(*problem.heterogeneity_at_optimum() == doctest::Approx(1961.0 / 529).epsilon(1e-6));

  QuadraticTerms alike = example();
  alike.A[1] = alike.A[0];
  // b differ from their mean (3, 0) by (−2, 2) and (2, −2); with one A for all, that is so at every x.
  CHECK(*Quadratics<Scalar>{alike}.heterogeneity() == 8);
  CHECK(*Quadratics<Scalar>{alike}.heterogeneity_at_optimum() == doctest::Approx(8).epsilon(1e-6));
  alike.A.resize(1);
  CHECK(*Quadratics<Scalar>{alike}.heterogeneity() == 8);
  CHECK(Quadratics<Scalar>{alike}.gradient_variance() == 0);
  alike.A[0] = Eigen::Vector2d{1, 0};  // flat along the second axis: no optimum
  CHECK(*Quadratics<Scalar>{alike}.heterogeneity() == 8);
  CHECK(!Quadratics<Scalar>{alike}.heterogeneity_at_optimum());
}

TEST_CASE("Suboptimality keeps its digits near the optimum, where differences of losses are rounding errors") {
  const Quadratics<double> problem{example()};
  // The mean of A is [3 0.5; 0.5 2]: a step of h along (1, 1) from x* costs h² (3 + 1 + 2)/2.
  for (const double h : {1.0, 1e-4, 1e-9, 1e-12}) {
    const Eigen::Vector2d x = *problem.optimum() + Eigen::Vector2d{h, h};
    const double tolerance = 1e-15 / h;  // x itself is rounded
    CHECK(*problem.evaluate(x.data(), {}).suboptimality == doctest::Approx(3 * h * h).epsilon(1e-14 + 10 * tolerance));
  }
  CHECK(*problem.evaluate(problem.optimum()->data(), {}).suboptimality == 0);
}

TEST_CASE("The gradient vanishes at the optimum of drawn quadratics, and everywhere is that of the loss") {
  for (const Axes axes : {Axes::random, Axes::coordinate}) {
    const RandomQuadratics family{
        .dimension = 7, .mu = 0.5, .L = 4, .gradient_spread = 2, .hessian_spread = 0.4, .axes = axes};
    const QuadraticTerms terms = draw_quadratics(family, 5, 1);
    const Quadratics<double> problem{terms};
    Eigen::VectorXd at_optimum = Eigen::VectorXd::Zero(7);
    for (NodeId i = 0; i < 5; ++i) at_optimum += gradient_at(problem, i, 0, *problem.optimum());
    CHECK(at_optimum.norm() < 1e-13);
    const Eigen::VectorXd x = random_matrix(7, 1, 2);
    for (Index k = 0; k < 7; ++k) {  // exact but for rounding: a central difference of a quadratic has no error
      const Eigen::VectorXd up = x + Eigen::VectorXd::Unit(7, k), down = x - Eigen::VectorXd::Unit(7, k);
      double mean = 0;
      for (NodeId i = 0; i < 5; ++i) mean += gradient_at(problem, i, 0, x)[k] / 5;
      const double slope =
          (problem.evaluate(up.data(), {}).train_loss - problem.evaluate(down.data(), {}).train_loss) / 2;
      CHECK(slope == doctest::Approx(mean).epsilon(1e-12));
    }
  }
}

TEST_CASE("Drawn quadratics have the given eigenvalues") {
  for (const Axes axes : {Axes::random, Axes::coordinate}) {
    const RandomQuadratics family{.dimension = 5, .mu = 0.01, .L = 100, .axes = axes};
    const QuadraticTerms terms = draw_quadratics(family, 4, 3);
    REQUIRE(terms.A.size() == 1);
    Eigen::VectorXd found = axes == Axes::random ? eigenvalues(terms.A[0]) : Eigen::VectorXd{terms.A[0].col(0)};
    std::sort(found.begin(), found.end());
    const Eigen::VectorXd expected{{0.01, 0.1, 1, 10, 100}};
    CHECK((found - expected).cwiseAbs().maxCoeff() < 1e-12);
    const Quadratics<double> problem{terms};
    CHECK(*problem.smoothness() == doctest::Approx(100).epsilon(1e-12));
    CHECK(*problem.strong_convexity() == doctest::Approx(0.01).epsilon(1e-9));
  }
}

TEST_CASE("Different Hessians stay between μ and L, and differ") {
  const RandomQuadratics family{.dimension = 5, .mu = 1, .L = 3, .hessian_spread = 0.5};
  const QuadraticTerms terms = draw_quadratics(family, 4, 3);
  REQUIRE(terms.A.size() == 4);
  for (const auto& A : terms.A) {
    CHECK(eigenvalues(A)[0] > 1 - 1e-12);
    CHECK(eigenvalues(A)[4] < 3 + 1e-12);
  }
  CHECK((terms.A[0] - terms.A[1]).norm() > 0.01);
}

TEST_CASE("A node's quadratic does not change when nodes are added") {
  const RandomQuadratics family{.dimension = 5, .hessian_spread = 0.5};
  const QuadraticTerms few = draw_quadratics(family, 2, 3), many = draw_quadratics(family, 9, 3);
  CHECK(few.A[1] == many.A[1]);
  CHECK(few.b.col(1) == many.b.col(1));
  CHECK(few.b.col(1) != draw_quadratics(family, 2, 4).b.col(1));
}

TEST_CASE("Diagonal matrices give what full ones give") {
  const Eigen::VectorXd diagonal{{1, 2, 5}};
  const Eigen::MatrixXd b = random_matrix(3, 2, 1);
  const Quadratics<double> thin{{.A = {diagonal}, .b = b}};
  const Quadratics<double> full{{.A = {Eigen::MatrixXd{diagonal.asDiagonal()}}, .b = b}};
  const Eigen::VectorXd x = random_matrix(3, 1, 2);
  CHECK((gradient_at(thin, 1, 0, x) - gradient_at(full, 1, 0, x)).norm() < 1e-14);
  CHECK(thin.evaluate(x.data(), {}).train_loss == doctest::Approx(full.evaluate(x.data(), {}).train_loss));
  CHECK((*thin.optimum() - *full.optimum()).norm() < 1e-14);
  CHECK(thin.smoothness() == 5);
  CHECK(thin.strong_convexity() == 1);
}

TEST_CASE("Noise is addressed by node and step, has mean 0 and the given deviation") {
  const Eigen::MatrixXd A = Eigen::VectorXd::Ones(50);
  const Quadratics<double> problem{{.A = {A}, .b = Eigen::MatrixXd::Zero(50, 3)}, 0.5, 1};
  const Eigen::VectorXd zero = Eigen::VectorXd::Zero(50);
  const Eigen::VectorXd one = gradient_at(problem, 1, 7, zero);
  CHECK(one == gradient_at(problem, 1, 7, zero));
  CHECK(one != gradient_at(problem, 1, 8, zero));
  CHECK(one != gradient_at(problem, 2, 7, zero));
  double sum = 0, squares = 0;  // of 50000 draws: deviations 0.5/sqrt(50000) and 0.25 sqrt(2/50000), six allowed
  for (std::uint64_t step = 0; step < 1000; ++step) {
    const Eigen::VectorXd noise = gradient_at(problem, 0, step, zero);
    sum += noise.sum();
    squares += noise.squaredNorm();
  }
  CHECK(std::abs(sum / 50'000) < 6 * 0.5 / std::sqrt(50'000.0));
  CHECK(std::abs(squares / 50'000 - 0.25) < 6 * 0.25 * std::sqrt(2 / 50'000.0));
}

TEST_CASE("Quadratics whose mean is not positive definite have no optimum") {
  const Quadratics<double> flat{{.A = {Eigen::Matrix2d{{1, 0}, {0, 0}}}, .b = Eigen::MatrixXd::Zero(2, 1)}};
  CHECK(!flat.optimum());
  CHECK(!flat.strong_convexity());
  const Eigen::Vector2d x{1, 1};
  CHECK(!flat.evaluate(x.data(), {}).distance_to_optimum);
  CHECK(!flat.evaluate(x.data(), {}).suboptimality);
}

TEST_CASE("A file of quadratics is read element by element") {
  const TemporaryFolder folder;
  const auto file = folder.write("q.json", R"({"A": [[[2, 1], [1, 3]], [[4, 0], [0, 1]]], "b": [[1, 2], [5, -2]]})");
  const QuadraticTerms terms = read_quadratics(file);
  CHECK(terms.A == example().A);
  CHECK(terms.b == example().b);
}

TEST_CASE("A broken file of quadratics is refused with place and expected content") {
  const TemporaryFolder folder;
  const auto complaint = [&](const std::string& text) {
    const auto file = folder.write("q.json", text);
    const std::string message = message_of<InputError>([&] { read_quadratics(file); });
    REQUIRE(message.starts_with(file.string() + ": "));
    return message.substr(file.string().size() + 2);
  };
  CHECK(complaint("[1]") == "expected an object with the keys \"A\" and \"b\"");
  CHECK(complaint("{").starts_with("not valid JSON: "));
  CHECK(complaint(R"({"b": [[1]]})") == "/A: missing, expected an array");
  CHECK(complaint(R"({"A": [[[1]]], "b": [[1]], "c": 2})") == "/c: not a key here, expected \"A\" and \"b\"");
  CHECK(complaint(R"({"A": [[[1]]], "b": [[1], [2]]})") == "/b: 2 elements, expected 1");
  CHECK(complaint(R"({"A": [[[1, 2], [2]]], "b": [[1, 1]]})") == "/A/0/1: 1 elements, expected 2");
  CHECK(complaint(R"({"A": [[[1, 2], [2, null]]], "b": [[1, 1]]})") == "/A/0/1/1: null found, expected a number");
  CHECK(complaint(R"({"A": [[[1, 2], [2, "x"]]], "b": [[1, 1]]})") == "/A/0/1/1: \"x\" found, expected a number");
  CHECK(complaint(R"({"A": [[[1]]], "b": [3]})") == "/b/0: 3 found, expected an array");
  CHECK(complaint(R"({"A": [[[1, 2], [3, 1]]], "b": [[1, 1]]})") ==
        "/A/0 is not symmetric: element (1, 0) is 3, but (0, 1) is 2");
  CHECK(message_of<InputError>([&] { read_quadratics(folder.path() / "none.json"); }) ==
        (folder.path() / "none.json").string() + ": no such file");
}

TEST_CASE("Terms of wrong shape or with elements that are not finite are refused") {
  const auto complaint = [](QuadraticTerms terms) {
    return message_of<InputError>([&] { Quadratics<double>{terms}; });
  };
  QuadraticTerms terms = example();
  terms.A[1](0, 0) = std::numeric_limits<double>::quiet_NaN();
  CHECK(complaint(terms) == "quadratic: /A/1 has an element that is not finite");
  terms = example();
  terms.b(1, 1) = std::numeric_limits<double>::infinity();
  CHECK(complaint(terms) == "quadratic: /b/1 has an element that is not finite");
  terms = example();
  terms.A.push_back(terms.A[0]);
  CHECK(complaint(terms) == "quadratic: 3 matrices for 2 vectors b_i, expected one each or one for all");
  terms = example();
  terms.A[0].resize(3, 3);
  CHECK(complaint(terms) == "quadratic: /A/0 is 3 × 3, expected 2 × 2");
}
