#include "sim/proof/symmetric_extension.hpp"

#include <cmath>

#include <Eigen/Eigenvalues>
#include <Eigen/SVD>

namespace gossamer {
namespace {

/// Below, 1 − t² of an eigenvalue t of T is zero, and the row of N with it.
constexpr double least_root = 1e-3;

Diagonalized diagonalized(const Eigen::MatrixXd& matrix) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver{(matrix + matrix.transpose()) / 2};
  return {.eigenvalues = solver.eigenvalues(), .eigenvectors = solver.eigenvectors()};
}

/// [Q_1 Q_2]ᵀ w [Q_1 Q_2] of a contraction w, from its first columns (T; N).
Eigen::MatrixXd completed(const Eigen::MatrixXd& T, const Eigen::MatrixXd& N) {
  auto [t, E] = diagonalized(T);
  t = t.cwiseMax(-1.0).cwiseMin(1.0);
  const Eigen::VectorXd root = (1 - t.array().square()).sqrt();
  const Eigen::VectorXd inverse = (root.array() > least_root).select(1 / root.array(), 0.0);
  const Eigen::MatrixXd contracted = E * t.asDiagonal() * E.transpose();
  const Eigen::MatrixXd G = N * E * inverse.asDiagonal() * E.transpose();
  const Eigen::MatrixXd below = G * E * root.asDiagonal() * E.transpose();
  Eigen::MatrixXd result(T.rows() + N.rows(), T.rows() + N.rows());
  result << contracted, below.transpose(), below, -G * contracted * G.transpose();
  return result;
}

}  // namespace

Diagonalized symmetric_extension(const Eigen::MatrixXd& X, const Eigen::MatrixXd& Y, const SpectrumInterval& interval,
                                 double tolerance) {
  const double middle = (interval.least + interval.largest) / 2, half = (interval.largest - interval.least) / 2;
  const Eigen::JacobiSVD<Eigen::MatrixXd> svd{X, Eigen::ComputeFullU | Eigen::ComputeFullV};
  const Eigen::VectorXd& lengths = svd.singularValues();
  const Eigen::Index rank = (lengths.array() > tolerance * lengths[0]).count();
  const Eigen::MatrixXd& Q = svd.matrixU();
  const Eigen::MatrixXd columns = (Y - middle * X) / half * svd.matrixV().leftCols(rank) *
                                  lengths.head(rank).cwiseInverse().asDiagonal();  // A X⁺ Q_1
  const Eigen::MatrixXd first = Q.transpose() * columns;
  Diagonalized result = diagonalized(completed(first.topRows(rank), first.bottomRows(first.rows() - rank)));
  result.eigenvectors = Q * result.eigenvectors;
  result.eigenvalues = middle + half * result.eigenvalues.array().max(-1.0).min(1.0);
  return result;
}

Eigen::MatrixXd gram_root(const Eigen::MatrixXd& G, double least) {
  const auto [values, vectors] = diagonalized(G);
  const Eigen::Index rank = (values.array() > least).count();
  return values.tail(rank).cwiseSqrt().asDiagonal() * vectors.rightCols(rank).transpose();
}

}  // namespace gossamer
