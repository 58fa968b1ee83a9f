#pragma once
#include <Eigen/Core>

#include "sim/proof/symbolic_run.hpp"

namespace gossamer {

/// A symmetric matrix by its eigenvalues and orthonormal eigenvectors.
struct Diagonalized {
  Eigen::VectorXd eigenvalues;   ///< r
  Eigen::MatrixXd eigenvectors;  ///< r × r, one per column
};

/// A symmetric w with w X = Y and all eigenvalues in the interval. There is one if XᵀY is symmetric and (Y − l X)ᵀ(Y − u X) ⪯ 0.
///
///     A = (2 Y − (l + u) X)/(u − l) has AᵀA ⪯ XᵀX;   X = Q_1 R, [Q_1 Q_2] orthogonal;   (T; N) = (Q_1 Q_2)ᵀ A X⁺ Q_1
///     w = (l + u)/2 + (u − l)/2 [Q_1 Q_2] (T, Nᵀ; N, −G T Gᵀ) [Q_1 Q_2]ᵀ,   G = N (1 − T²)^{−1/2}
///
/// Krein's extension of a symmetric contraction: Krein, "The theory of self-adjoint extensions of semi-bounded Hermitian
/// transformations and its applications", Matematicheskii Sbornik 20, 1947.
/// Shapes  X, Y ∈ R^{r×S}.
/// Errors of X and Y up to about the square of `tolerance` are repaired: directions of X shorter than `tolerance` times its
/// longest are left out, and eigenvalues outside of the interval move to its ends.
Diagonalized symmetric_extension(const Eigen::MatrixXd& X, const Eigen::MatrixXd& Y, const SpectrumInterval& interval,
                                 double tolerance);

/// V ∈ R^{r×S} with VᵀV = G, where r counts the eigenvalues of the symmetric G ∈ R^{S×S} above `least`.
Eigen::MatrixXd gram_root(const Eigen::MatrixXd& G, double least);

}  // namespace gossamer
