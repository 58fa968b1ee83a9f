#include "algorithms/periodic/local_newton.hpp"

#include <cmath>

#include <doctest/doctest.h>
#include <Eigen/Eigenvalues>
#include <Eigen/LU>

#include "tests/cluster.hpp"
#include "tests/graphs.hpp"
#include "tests/matrix_form.hpp"

// Newton's method on local objectives: where it stops on quadratics, and what a global direction adds.
namespace gossamer::local_newton_test {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using testing::Cluster;
using testing::DiagonalQuadratics;

constexpr NodeId n = 5;
constexpr Index d = 3;

MatrixXd curvatures() {
  return MatrixXd::NullaryExpr(d, n,
                               [](Index k, Index i) { return 1 + 0.3 * static_cast<double>((2 * k + 3 * i) % 7); });
}
MatrixXd minima() { return testing::normal_matrix(d, n, 8); }

VectorXd after(const Program& program, std::uint64_t steps, Seconds* end = nullptr) {
  const Mixing w = testing::ring(n);
  const DiagonalQuadratics f{curvatures(), curvatures().cwiseProduct(minima())};
  Cluster cluster{{.mixing = w, .objective = f, .initial = MatrixXd::Constant(d, n, 9.0)}};
  cluster.run(program, {.node_steps = steps});
  if (end) *end = cluster.now();
  return cluster.models().col(0);
}

TEST_CASE("On quadratics LocalNewton stops at the mean of the local minima, for every period") {
  for (const int period : {1, 3, 5}) {
    CAPTURE(period);
    const VectorXd x = after([=](Node& node) { return local_newton(node, {.averaging_period = period}); },
                             static_cast<std::uint64_t>(2 * period));
    CHECK((x - minima().rowwise().mean()).norm() < 1e-12);
  }
}

TEST_CASE("GIANT contracts on quadratics by its closed form, and reaches the minimum") {
  // x ← x − p with p = mean A_i⁻¹ Ā (x − x*), diagonal here: the factor of coordinate k is 1 − mean(1/a_ik) mean(a_ik).
  const MatrixXd a = curvatures();
  const VectorXd best = a.cwiseProduct(minima()).rowwise().sum().cwiseQuotient(a.rowwise().sum());
  const VectorXd factor = VectorXd::Ones(d) - a.cwiseInverse().rowwise().mean().cwiseProduct(a.rowwise().mean());
  const VectorXd start = VectorXd::Constant(d, 9.0) - best;
  const Program program = [](Node& node) { return giant(node, {}); };
  for (const std::uint64_t k : {1u, 2u, 3u}) {
    const VectorXd error = after(program, k) - best;
    const VectorXd expected = factor.array().pow(static_cast<double>(k)) * start.array();
    CHECK((error - expected).norm() < 1e-12 * start.norm());
  }
  CHECK((after(program, 120) - best).norm() < 1e-10);
}

TEST_CASE("Adaptive LocalNewton walks its period down and goes on with GIANT to the minimum") {
  const MatrixXd a = curvatures();
  const VectorXd best = a.cwiseProduct(minima()).rowwise().sum().cwiseQuotient(a.rowwise().sum());
  const Program program = [](Node& node) { return adaptive_local_newton(node, {}); };
  // Rounds of 3, 3, 2 and 1 Newton steps; the second brings no decrease any more.
  CHECK((after(program, 3 + 3 + 2 + 1) - minima().rowwise().mean()).norm() < 1e-12);
  CHECK((after(program, 3 + 3 + 2 + 1 + 120) - best).norm() < 1e-10);
}

TEST_CASE("A Newton step takes the time of a gradient, a direction and its losses over all samples") {
  Seconds end{0};
  after([](Node& node) { return local_newton(node, {.averaging_period = 1}); }, 1, &end);
  CHECK(end.count() == doctest::Approx(4 * 10e-3));  // the loss before, and of the first step size
}

}  // namespace
}  // namespace gossamer::local_newton_test
