#pragma once
#include <vector>

#include <Eigen/Core>
#include <Eigen/Eigenvalues>

#include "topologies/mixing.hpp"

namespace gossamer::testing {

/// W(P − 1) ⋯ W(0)
inline Eigen::MatrixXd product_of(const std::vector<Mixing>& rounds) {
  Eigen::MatrixXd product = Eigen::MatrixXd::Identity(rounds.front().size(), rounds.front().size());
  for (const Mixing& round : rounds) product = (round.matrix() * product).eval();
  return product;
}

/// The largest entry, in magnitude, of the difference between the product of a period and exact averaging.
inline double distance_to_exact(const std::vector<Mixing>& rounds) {
  return (product_of(rounds).array() - 1.0 / rounds.front().size()).abs().maxCoeff();
}

/// The largest eigenvalue of a symmetric W beside the constant vector's, on a dense copy.
inline double largest_beside_constant(const SparseMatrix& symmetric) {
  Eigen::MatrixXd rest = symmetric;
  rest.array() -= 1.0 / static_cast<double>(symmetric.rows());
  return Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(rest, Eigen::EigenvaluesOnly).eigenvalues().maxCoeff();
}

}  // namespace gossamer::testing
