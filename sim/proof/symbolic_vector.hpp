#pragma once
#include <Eigen/Core>

namespace gossamer {

/// A vector of every node, x_1, …, x_n ∈ R^d, as a linear combination of symbols.
///
/// The mean x̄ is a combination of *mean symbols*. The deviations x_i − x̄ have one part in each eigenspace of W: the part
/// in eigenspace j is a combination of *deviation symbols*, of which every eigenspace has a set of its own. Eigenspaces
/// without known eigenvalues are one.
///
/// Symbols are scaled such that they have about the same size, so coefficients have units.
/// Shapes  `mean` has at most as many columns as there are mean symbols; the rest are zeros. `deviation` has one row for
///         each eigenspace; the same holds for its columns.
struct SymbolicVector {
  Eigen::RowVectorXd mean;
  Eigen::MatrixXcd deviation;  ///< complex if eigenvalues are
};

}  // namespace gossamer
