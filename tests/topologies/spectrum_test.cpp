#include "topologies/spectrum.hpp"

#include <cmath>
#include <numbers>

#include <doctest/doctest.h>

#include "topologies/eigenvalues.hpp"
#include "topologies/graphs/binary_tree.hpp"
#include "topologies/graphs/complete.hpp"
#include "topologies/graphs/exponential.hpp"
#include "topologies/graphs/grid.hpp"
#include "topologies/graphs/hypercube.hpp"
#include "topologies/graphs/random_regular.hpp"
#include "topologies/graphs/ring.hpp"
#include "topologies/weights.hpp"

namespace gossamer {
namespace {

constexpr double pi = std::numbers::pi;

/// √(Γ(t + 1)/Γ(t)) of one round of averaging; what remains is scaled up again, so that rounding stays small beside it.
double contraction(const Mixing& w, Eigen::VectorXd& x) {
  x.array() -= x.mean();
  x.normalize();
  x = (w.matrix() * x).eval();
  return (x.array() - x.mean()).matrix().norm();
}

TEST_CASE("along the slowest eigenvector the consensus distance falls by exactly ρ in every round") {
  const NodeId n = 16;
  const Mixing w = metropolis_hastings(ring(n));
  const double rho = spectrum(w).rho;
  Eigen::VectorXd x(n);
  for (NodeId i = 0; i < n; ++i) x[i] = 3 + std::cos(2 * pi * i / n);
  for (int t = 0; t < 20; ++t) CHECK(std::abs(contraction(w, x) - rho) < 1e-13);
}

TEST_CASE("from any start the contraction never exceeds ρ and tends to it") {
  for (const Mixing& w : {metropolis_hastings(torus(4, 5)), metropolis_hastings(binary_tree(20)),
                          metropolis_hastings(random_regular(30, 3, 1))}) {
    const double rho = spectrum(w).rho;
    Eigen::VectorXd x = Eigen::VectorXd::LinSpaced(w.size(), 0, 1).array().sqrt();
    double last = 0;
    for (int t = 0; t < 100; ++t) {
      last = contraction(w, x);
      CHECK(last <= rho * (1 + 1e-13));
    }
    CHECK(std::abs(last - rho) < 1e-3 * rho);
  }
}

TEST_CASE("a directed W never contracts by less than ρ = ‖W − J‖₂, which its singular vector attains") {
  const Mixing w = uniform_weights(exponential(17));
  const double rho = spectrum(w).rho;
  Eigen::MatrixXd deviation = w.matrix();
  deviation.array() -= 1.0 / 17;
  // ‖A‖₂² is the largest eigenvalue of AᵀA, found here by squaring: A ← AᵀA/tr, whose rank falls to the top space.
  Eigen::MatrixXd square = deviation.transpose() * deviation;
  Eigen::MatrixXd top = square;
  for (int k = 0; k < 60; ++k) top = (top * top / top.squaredNorm()).eval();
  CHECK(std::abs(std::sqrt((square * top).trace() / top.trace()) - rho) < 1e-12);
}

TEST_CASE("above the dense limit Lanczos finds the closed forms") {
  const Spectrum closed = spectrum(metropolis_hastings(torus(30, 40)));
  CHECK(std::abs(closed.rho - (3 + 2 * std::cos(2 * pi / 40)) / 5) < 1e-12);
  CHECK(std::abs(*closed.smallest_eigenvalue + 0.6) < 1e-12);
  CHECK(std::abs(*closed.laplacian_second - (2 - 2 * std::cos(2 * pi / 40))) < 1e-12);
  CHECK(std::abs(*closed.laplacian_largest - 8) < 1e-12);
  CHECK(std::abs(spectrum(metropolis_hastings(hypercube(10))).rho - 9.0 / 11) < 1e-12);
  CHECK(std::abs(spectrum(metropolis_hastings(star(700))).rho - (1 - 1.0 / 700)) < 1e-12);
  CHECK(std::abs(spectrum(uniform_weights(exponential(1000))).rho - 9.0 / 11) < 1e-12);
  CHECK(spectrum(metropolis_hastings(complete(700))).rho < 1e-12);
}

TEST_CASE("on either side of the dense limit the solvers agree with the ring's closed form") {
  for (const NodeId n : {dense_limit - 1, dense_limit, dense_limit + 1, dense_limit + 2}) {
    CAPTURE(n);
    const double rho = (1 + 2 * std::cos(2 * pi / n)) / 3;
    CHECK(std::abs(spectrum(metropolis_hastings(ring(n))).rho - rho) < 1e-13);
  }
}

TEST_CASE("the gap of a ring or a path of 10,000 nodes, about 1e-7, is found to eight digits") {
  const NodeId n = 10'000;
  const double half = std::sin(pi / n);
  const double gap = 4.0 / 3 * half * half;  // 1 − (1 + 2 cos(2π/n))/3, without cancellation
  CHECK(std::abs(spectrum(metropolis_hastings(ring(n))).spectral_gap / gap - 1) < 1e-8);
  const double quarter = std::sin(pi / (2 * n));
  CHECK(std::abs(spectrum(metropolis_hastings(path(n))).spectral_gap / (4.0 / 3 * quarter * quarter) - 1) < 2e-8);
}

TEST_CASE("effective neighbors are n where all average and follow the eigenvalues of a ring") {
  CHECK(std::abs(spectrum(metropolis_hastings(complete(20))).effective_neighbors - 20) < 1e-10);
  const NodeId n = 24;
  for (const double gamma : {0.0, 0.5, 0.99}) {
    double sum = 0;
    for (int k = 0; k < n; ++k) {
      const double square = std::pow((1 + 2 * std::cos(2 * pi * k / n)) / 3, 2);
      sum += square / (1 - gamma * square);
    }
    const Spectrum s = spectrum(metropolis_hastings(ring(n)), {.decay = gamma});
    CHECK(std::abs(s.effective_neighbors - n / ((1 - gamma) * sum)) < 1e-10);
    CHECK(s.effective_neighbors_error == 0);
  }
}

TEST_CASE("γ = 0 leaves the plain average: 1/‖row‖², three on a ring of thirds") {
  CHECK(std::abs(spectrum(metropolis_hastings(ring(12)), {.decay = 0}).effective_neighbors - 3) < 1e-12);
}

TEST_CASE("above the dense limit the estimate of effective neighbors is within five of its standard errors") {
  const NodeId n = 2000;
  double sum = 0;
  for (int k = 0; k < n; ++k) {
    const double square = std::pow((1 + 2 * std::cos(2 * pi * k / n)) / 3, 2);
    sum += square / (1 - 0.95 * square);
  }
  const Spectrum s = spectrum(metropolis_hastings(ring(n)));
  CHECK(s.effective_neighbors_error > 0);
  CHECK(s.effective_neighbors_error < 0.1 * s.effective_neighbors);
  CHECK(std::abs(s.effective_neighbors - n / (0.05 * sum)) < 5 * s.effective_neighbors_error);
}

TEST_CASE("a decay of 1 is refused") {
  CHECK_THROWS_WITH_AS(spectrum(metropolis_hastings(ring(4)), {.decay = 1}),
                       "spectrum: decay 1 is out of range, expected at least 0 and below 1", TopologyError);
}

}  // namespace
}  // namespace gossamer
