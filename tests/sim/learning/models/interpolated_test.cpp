#include "sim/learning/models/interpolated.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <Eigen/Core>
#include <Eigen/QR>

#include "tests/sim/learning/random_data.hpp"
#include "tests/temporary_folder.hpp"

using namespace gossamer;

namespace {

/// μ/2 ‖x‖² + (L − μ) Σ_k h(q_k·x − b_k) along orthonormal axes q_k, where h is Huber's function: t²/2 up to 1, then |t| − 1/2.
class Huber {
 public:
  Huber(Index d, FunctionClass among, std::uint64_t seed)
      : among_{among},
        Q_{Eigen::HouseholderQR<Eigen::MatrixXd>{random_matrix(d, d, seed)}.householderQ()},
        b_{random_matrix(d, 1, seed + 1)} {}

  double value(const Eigen::VectorXd& x) const {
    double sum = 0;
    for (const double t : Eigen::VectorXd{Q_ * x - b_}) sum += std::abs(t) <= 1 ? t * t / 2 : std::abs(t) - 0.5;
    return among_.mu / 2 * x.squaredNorm() + (among_.L - among_.mu) * sum;
  }

  Eigen::VectorXd gradient(const Eigen::VectorXd& x) const {
    const Eigen::VectorXd t = Q_ * x - b_;
    return among_.mu * x + (among_.L - among_.mu) * (Q_.transpose() * t.cwiseMax(-1.0).cwiseMin(1.0));
  }

  FunctionPoints points(const Eigen::MatrixXd& x) const {
    FunctionPoints result{.x = x, .g = x, .f = Eigen::VectorXd(x.cols())};
    for (Index p = 0; p < x.cols(); ++p) {
      result.g.col(p) = gradient(x.col(p));
      result.f[p] = value(x.col(p));
    }
    return result;
  }

 private:
  FunctionClass among_;
  Eigen::MatrixXd Q_;
  Eigen::VectorXd b_;
};

FunctionPoints sampled(const Interpolation& function, const Eigen::MatrixXd& x) {
  FunctionPoints result{.x = x, .g = x, .f = Eigen::VectorXd(x.cols())};
  for (Index p = 0; p < x.cols(); ++p) {
    Eigen::VectorXd g;
    result.f[p] = function.at(x.col(p), g);
    result.g.col(p) = g;
  }
  return result;
}

/// Points (0, 0, 0) and (2, 1, 3/2), as x, f', f, of the class 0, 1.
FunctionPoints two_points() {
  return {.x = Eigen::RowVector2d{0, 2}, .g = Eigen::RowVector2d{0, 1}, .f = Eigen::Vector2d{0, 1.5}};
}

/// f_0 by `two_points`, f_1 = x²/2 − x: f' = (x + x − 1)/2 is zero at 1/2.
InterpolatedTerms two_nodes() {
  return {.among = {.mu = 0, .L = 1},
          .nodes = {two_points(),
                    {.x = Eigen::RowVector2d{0, 2}, .g = Eigen::RowVector2d{-1, 1}, .f = Eigen::Vector2d{0, 0}}},
          .optimum = Eigen::VectorXd::Constant(1, 0.5)};
}

const std::vector<std::pair<Index, FunctionClass>>& classes() {
  static const std::vector<std::pair<Index, FunctionClass>> all{
      {1, {0, 1}}, {2, {0.1, 1}}, {3, {0, 10}}, {5, {1, 3}}, {12, {0.5, 1}}};
  return all;
}

}  // namespace

TEST_CASE("An interpolation of two points by hand") {
  // z = 0, 1 and c = 0, 1, so f(x) = min over a in [0, 1] of a + (x − a)²/2: a = 0 up to 1, x − 1 up to 2, then 1.
  const Interpolation function{two_points(), {.mu = 0, .L = 1}};
  const std::vector<std::array<double, 3>> expected{
      // x, f, f'
      {-3, 4.5, -3}, {0, 0, 0}, {0.5, 0.125, 0.5}, {1, 0.5, 1}, {1.5, 1, 1}, {2, 1.5, 1}, {4, 5.5, 3}};
  for (const auto& [x, f, slope] : expected) {
    Eigen::VectorXd g;
    CHECK(function.at(Eigen::VectorXd::Constant(1, x), g) == doctest::Approx(f).epsilon(1e-15));
    CHECK(g[0] == doctest::Approx(slope).epsilon(1e-15));
  }
}

TEST_CASE("An interpolation has the values and gradients of its points, and is the largest function that has") {
  for (std::uint64_t seed = 1; seed <= 4; ++seed)
    for (const auto& [d, among] : classes()) {
      const Index dimension = d;  // clang 14 captures no structured bindings
      CAPTURE(dimension);
      const Huber truth{d, among, seed};
      const FunctionPoints points = truth.points(3 * random_matrix(d, 4 * d + 3, seed + 10));
      const double scale = among.L * 3 * std::sqrt(static_cast<double>(d));
      CHECK(largest_gap(points, among).relative < 1e-13);
      const Interpolation function{points, among};
      const FunctionPoints there = sampled(function, points.x);
      CHECK((there.g - points.g).cwiseAbs().maxCoeff() < 1e-12 * scale);
      CHECK((there.f - points.f).cwiseAbs().maxCoeff() < 1e-12 * scale * scale);
      const Eigen::MatrixXd elsewhere = 3 * random_matrix(d, 40, seed + 20);
      const FunctionPoints others = sampled(function, elsewhere);
      for (Index p = 0; p < elsewhere.cols(); ++p) {
        CHECK(others.f[p] >= truth.value(elsewhere.col(p)) - 1e-12 * scale * scale);
        const Eigen::MatrixXd from = (-points.x).colwise() + elsewhere.col(p);
        const Eigen::VectorXd above =
            points.f +
            (points.g.cwiseProduct(from).colwise().sum() + among.L / 2 * from.colwise().squaredNorm()).transpose();
        CHECK(others.f[p] <= above.minCoeff() + 1e-12 * scale * scale);
      }
    }
}

TEST_CASE("Values and gradients of an interpolation satisfy the inequalities of its class anywhere") {
  for (const auto& [d, among] : classes()) {
    const Index dimension = d;  // clang 14 captures no structured bindings
    CAPTURE(dimension);
    // The points belong to no function: f and g are random. The interpolation is nevertheless a function of the class.
    const FunctionPoints points{.x = random_matrix(d, 9, 1), .g = random_matrix(d, 9, 2), .f = random_matrix(9, 1, 3)};
    CHECK(largest_gap(points, among).relative > 0.01);
    const FunctionPoints others = sampled(Interpolation{points, among}, 2 * random_matrix(d, 60, 4));
    CHECK(largest_gap(others, among).relative < 1e-12);
  }
}

TEST_CASE("The gradient of an interpolation is the derivative of its value") {
  // Central differences with h = 1e-6: the second derivative jumps by at most L, which costs L h/2; values below 1e3 are exact
  // to 1e-15 of them, which costs 1e-6 at most.
  constexpr double h = 1e-6;
  for (const auto& [d, among] : classes()) {
    const Index dimension = d;  // clang 14 captures no structured bindings
    CAPTURE(dimension);
    const Interpolation function{Huber{d, among, 5}.points(2 * random_matrix(d, 2 * d + 1, 6)), among};
    const Eigen::MatrixXd x = 2 * random_matrix(d, 10, 7);
    const FunctionPoints at = sampled(function, x);
    for (Index k = 0; k < d; ++k) {
      Eigen::MatrixXd up = x, down = x;
      up.row(k).array() += h;
      down.row(k).array() -= h;
      const Eigen::VectorXd slope = (sampled(function, up).f - sampled(function, down).f) / (2 * h);
      CHECK((slope.transpose() - at.g.row(k)).cwiseAbs().maxCoeff() < 2e-5);
    }
  }
}

TEST_CASE("Points that are there twice or on one line change nothing") {
  const FunctionClass among{0, 1};
  const Huber truth{3, among, 8};
  const Eigen::MatrixXd x = random_matrix(3, 1, 11) * Eigen::VectorXd::LinSpaced(6, -2, 3).transpose();  // on a line
  const FunctionPoints line = truth.points(x);
  FunctionPoints twice = truth.points(x.replicate(1, 2));
  twice.x.col(7).array() += 1e-13;
  const Eigen::MatrixXd elsewhere = 2 * random_matrix(3, 50, 9);
  const FunctionPoints once = sampled(Interpolation{line, among}, elsewhere);
  const FunctionPoints again = sampled(Interpolation{twice, among}, elsewhere);
  CHECK((once.g - again.g).cwiseAbs().maxCoeff() < 1e-11);
  CHECK((once.f - again.f).cwiseAbs().maxCoeff() < 1e-11);
}

TEST_CASE_TEMPLATE("An interpolated problem is the mean of its nodes' functions", Scalar, float, double) {
  const Interpolated<Scalar> problem{two_nodes()};
  const Scalar at = 4;  // f = (5.5 + 4)/2, f' = (3 + 3)/2; f(1/2) = (1/8 − 3/8)/2
  const Evaluation evaluation = problem.evaluate(&at, {});
  CHECK(evaluation.train_loss == 4.75);
  CHECK(evaluation.gradient_norm == 3.0);
  CHECK(evaluation.distance_to_optimum == 3.5);
  CHECK(evaluation.suboptimality == 4.75 + 0.125);
  CHECK(!problem.evaluate(&at, {.gradient = false}).gradient_norm);
  const std::vector<const Scalar*> points{&at};
  CHECK(problem.score(points, {})[0].train_loss == 4.75);
  Workspace workspace;
  CHECK(problem.loss(0, &at, workspace) == 5.5);
  Scalar g = 0;
  problem.gradient(1, 17, &at, &g, workspace);
  CHECK(g == 3);
  CHECK(problem.known_minimum() == std::vector<double>{0.5});
  CHECK(problem.smoothness() == 1.0);
  CHECK(!problem.strong_convexity());
  CHECK(problem.heterogeneity_at_optimum() == 0.25);  // gradients 1/2 and −1/2
  CHECK(problem.gradient_variance() == 0.0);
  CHECK(problem.step_work(0).flops == 8);
}

TEST_CASE("Without its minimum, an interpolated problem has losses and gradients alone") {
  InterpolatedTerms terms = two_nodes();
  terms.optimum.reset();
  terms.among = {.mu = 0, .L = 2};
  const Interpolated<double> problem{terms};
  const double at = 4;
  CHECK(!problem.evaluate(&at, {}).suboptimality);
  CHECK(!problem.evaluate(&at, {}).distance_to_optimum);
  CHECK(problem.known_minimum().empty());
  CHECK(!problem.heterogeneity_at_optimum());
}

TEST_CASE("A file of interpolated functions is read element by element") {
  const TemporaryFolder folder;
  const auto file = folder.write("p.json", R"({"mu": 0.5, "L": 2, "nodes": [
      {"x": [[1, 2], [3, 4], [0, 0]], "g": [[1, 2], [3, 4], [0, 0]], "f": [2.5, 12.5, 0]},
      {"x": [[0, 1]], "g": [[5, 6]], "f": [7]}]})");
  const InterpolatedTerms terms = read_interpolated(file);
  CHECK(terms.among.mu == 0.5);
  CHECK(terms.among.L == 2);
  REQUIRE(terms.nodes.size() == 2);
  CHECK(terms.nodes[0].x == Eigen::Matrix<double, 2, 3>{{1, 3, 0}, {2, 4, 0}});
  CHECK(terms.nodes[0].g == terms.nodes[0].x);
  CHECK(terms.nodes[0].f == Eigen::Vector3d{2.5, 12.5, 0});
  CHECK(terms.nodes[1].g == Eigen::Vector2d{5, 6});
  CHECK(!terms.optimum);
}

TEST_CASE("A broken file of interpolated functions is refused with place and expected content") {
  const TemporaryFolder folder;
  const auto complaint = [&](const std::string& text) {
    const auto file = folder.write("p.json", text);
    const std::string message = message_of<InputError>([&] { read_interpolated(file); });
    REQUIRE(message.starts_with(file.string() + ": "));
    return message.substr(file.string().size() + 2);
  };
  const std::string points = R"("nodes": [{"x": [[0], [2]], "g": [[0], [1]], "f": [0, 1.5]}])";
  CHECK(complaint("3") == R"(expected an object with the keys "mu", "L", "optimum" and "nodes")");
  CHECK(complaint("{" + points + R"(, "L": 1})") == "/mu: missing, expected a number");
  CHECK(complaint(R"({"mu": "0", "L": 1})") == "/mu: \"0\" found, expected a number");
  CHECK(complaint(R"({"mu": 0, "L": 1})") == "/nodes: missing, expected an array");
  CHECK(complaint(R"({"mu": 0, "L": 1, "nodes": [3]})") ==
        R"(/nodes/0: expected an object with the keys "x", "g" and "f")");
  CHECK(complaint(R"({"mu": 0, "L": 1, "nodes": [{"x": [[0]], "h": 1}]})") ==
        R"(/nodes/0/h: not a key here, expected "x", "g" and "f")");
  CHECK(complaint(R"({"mu": 0, "L": 1, "nodes": [{"x": [[0], [1, 2]], "g": [], "f": []}]})") ==
        "/nodes/0/x/1: 2 elements, expected 1");
  CHECK(complaint(R"({"mu": 0, "L": 1, "nodes": [{"x": [[0]], "g": [[0]], "f": []}]})") ==
        "/nodes/0/f: an empty array found, expected an array");
  CHECK(complaint(R"({"mu": 1, "L": 1, )" + points + "}") == "/L is 1, expected more than mu, which is 1");
  CHECK(complaint(R"({"mu": -1, "L": 1, )" + points + "}") == "/mu is -1, expected at least 0");
  CHECK(complaint(R"({"mu": 0, "L": 0.4, )" + points + "}") ==
        "/nodes/0: no function with mu = 0 and L = 0.4 has these points: f of point 0 is too small for point 1 and its "
        "gradient");
  CHECK(complaint(R"({"mu": 0, "L": 1, "optimum": [0, 0], )" + points + "}") == "/optimum: 2 elements, expected 1");
  CHECK(complaint(R"({"mu": 0, "L": 1, "optimum": [0.25], )" + points + "}") ==
        "/optimum is no minimum: the mean gradient there has the norm 0.25, expected 0");
}

TEST_CASE("Terms of wrong shape or with elements that are not finite are refused, L = mu too") {
  const auto complaint = [](const InterpolatedTerms& terms) {
    return message_of<LearningError>([&] { Interpolated<double>{terms}; });
  };
  InterpolatedTerms terms = two_nodes();
  terms.among.mu = 1;
  CHECK(complaint(terms) == "interpolated: /L is 1, expected more than mu, which is 1");
  terms = two_nodes();
  terms.nodes[1].f[0] = std::numeric_limits<double>::quiet_NaN();
  CHECK(complaint(terms) == "interpolated: /nodes/1/f has an element that is not finite");
  terms = two_nodes();
  terms.nodes[1].g.resize(1, 3);
  CHECK(complaint(terms) ==
        "interpolated: /nodes/1: x is 1 × 2, g is 1 × 3 and f has 2 elements, expected 1 × P, 1 × P and P");
  terms = two_nodes();
  terms.optimum = Eigen::Vector2d{1, 1};
  CHECK(complaint(terms) == "interpolated: /optimum has 2 elements, expected 1");
  terms.nodes.clear();
  CHECK(complaint(terms) == "interpolated: /nodes is empty, expected points of each node");
}
