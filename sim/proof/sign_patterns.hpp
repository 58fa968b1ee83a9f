#pragma once
#include <Eigen/Core>

#include "sim/ground/quantities.hpp"
#include "sim/proof/symbolic_run.hpp"

namespace gossamer {

/// A symmetric, doubly stochastic W whose eigenvectors have elements ±1, and some of these eigenvectors.
struct SignedMixing {
  Eigen::MatrixXd W;      ///< n × n
  Eigen::MatrixXd signs;  ///< n × r, one eigenvector per column, orthogonal to each other and to the vector of ones
};

/// A W on n nodes, a power of two, that has each of the given eigenvalues for an eigenvector of its own, and all others but
/// the 1 of the mean in the interval.
///
///     w_ij = (1/n) Σ_c λ_c h_ic h_jc = w(i XOR j)        h: the Hadamard matrix of order n, h_0 = (1, …, 1), λ_0 = 1
///
/// n is the least power of two above r = λ.size() if its W has no negative weight. Otherwise n = 2^r: column 2^c gets λ_c, and
/// other columns get products, such as λ_c λ_e, which make w a distribution of r independent bits.
/// Errors  ProofError if neither has nonnegative weights and eigenvalues in the interval, or if r is above 10.
SignedMixing signed_mixing(const Eigen::VectorXd& eigenvalues, const SpectrumInterval& interval);

}  // namespace gossamer
