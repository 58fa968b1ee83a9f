#include "sim/proof/symmetric_extension.hpp"

#include <cstdint>

#include <doctest/doctest.h>
#include <Eigen/QR>

#include "tests/sim/learning/random_data.hpp"

namespace gossamer::testing {
namespace {

Eigen::MatrixXd product(const Diagonalized& w) {
  return w.eigenvectors * w.eigenvalues.asDiagonal() * w.eigenvectors.transpose();
}

/// Eigenvalues over the interval, of which the first are its ends, along random axes.
Eigen::MatrixXd random_symmetric(Index r, const SpectrumInterval& interval, std::uint64_t seed) {
  Eigen::VectorXd eigenvalues = Eigen::VectorXd::LinSpaced(r, interval.least, interval.largest);
  if (r > 2) eigenvalues[1] = interval.largest;  // one of the ends is there twice
  const Eigen::MatrixXd Q = Eigen::HouseholderQR<Eigen::MatrixXd>{random_matrix(r, r, seed)}.householderQ();
  return Q * eigenvalues.asDiagonal() * Q.transpose();
}

TEST_CASE("A symmetric extension maps X to Y and keeps its eigenvalues in the interval") {
  for (const SpectrumInterval& interval : {SpectrumInterval{-0.5, 0.5}, {-0.3, 0.9}, {0.2, 0.4}})
    for (const Index r : {1, 2, 3, 6})
      for (Index S = 1; S <= r + 2; ++S) {
        CAPTURE(r);
        CAPTURE(S);
        const auto seed = static_cast<std::uint64_t>(10 * r + S);
        const Eigen::MatrixXd w = random_symmetric(r, interval, seed), X = random_matrix(r, S, seed + 500);
        const Diagonalized found = symmetric_extension(X, w * X, interval, 1e-9);
        CHECK((product(found) * X - w * X).cwiseAbs().maxCoeff() < 1e-7);
        CHECK(found.eigenvalues.minCoeff() >= interval.least - 1e-15);
        CHECK(found.eigenvalues.maxCoeff() <= interval.largest + 1e-15);
        CHECK((found.eigenvectors.transpose() * found.eigenvectors - Eigen::MatrixXd::Identity(r, r)).norm() < 1e-12);
      }
}

TEST_CASE("A vector that the ends of the interval alone can map is extended exactly") {
  // (x, y) = (e_1, u e_1): |y - middle x| = half |x|, so e_1 is an eigenvector for u, and the rest is the middle or free.
  const Diagonalized found =
      symmetric_extension(Eigen::MatrixXd::Identity(3, 1), 0.9 * Eigen::MatrixXd::Identity(3, 1), {-0.3, 0.9}, 1e-9);
  CHECK((product(found).col(0) - 0.9 * Eigen::MatrixXd::Identity(3, 1)).norm() < 1e-15);
}

TEST_CASE("A root of a Gram matrix has its products, and as many rows as eigenvalues count") {
  const Eigen::MatrixXd V = random_matrix(3, 7, 1);
  const Eigen::MatrixXd root = gram_root(V.transpose() * V, 1e-9);
  CHECK(root.rows() == 3);
  CHECK((root.transpose() * root - V.transpose() * V).cwiseAbs().maxCoeff() < 1e-13);
  CHECK(gram_root(Eigen::MatrixXd::Zero(2, 2), 0).rows() == 0);
}

}  // namespace
}  // namespace gossamer::testing
