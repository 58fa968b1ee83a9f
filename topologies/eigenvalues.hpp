#pragma once
#include <functional>

#include <Eigen/Core>

#include "topologies/mixing.hpp"

/// Eigenvalues of a symmetric n × n matrix, n ≥ 2, that has the constant vector as an eigenvector: W, WᵀW and the
/// Laplacian do. The eigenvalue of the constant vector is excluded; the n − 1 others remain.
namespace gossamer {

/// Up to this size a dense solver computes all eigenvalues; above it Lanczos computes the extreme ones.
inline constexpr NodeId dense_limit = 600;

/// All n − 1 eigenvalues, ascending, to about 1e-15 of the largest magnitude. O(n³) time, O(n²) memory.
Eigen::VectorXd all_eigenvalues(const SparseMatrix& symmetric);

struct Extremes {
  double smallest = 0;
  double largest = 0;
};

/// The smallest and the largest of the n − 1 eigenvalues.
///
/// Above `dense_limit` the method is restarted Lanczos, kept orthogonal to the constant vector, until the residual is
/// below 1e-9 of the norm. The error of the eigenvalue is then the squared residual over the distance to the next
/// eigenvalue, and never more than 1e-9.
/// If the eigenvalue is closer than 1e-4 to Gershgorin's bound, or if Lanczos does not converge (rings, paths and grids
/// of thousands of nodes), Lanczos runs on the inverse, shifted to just beyond that bound and factorized. Few edges
/// separate such graphs into parts, so the factor stays sparse. The relative error of the distance to the bound, such
/// as δ = 1 − λ₂, is then about 1e-12 + 1e-15/δ: on a ring of 10,000 nodes, where δ = 1.3e-7, this is eight digits.
/// Throws TopologyError if neither converges, or if the factor would exceed 10⁸ entries.
Extremes extreme_eigenvalues(const SparseMatrix& symmetric);

/// Only the largest of the n − 1 eigenvalues, which must be at most `upper_bound`. The methods are the same, without
/// the work for the smallest one. Near `upper_bound` it is as accurate as `extreme_eigenvalues` is near Gershgorin's
/// bound.
double largest_eigenvalue(const SparseMatrix& symmetric, double upper_bound);

/// The largest of the n − 1 eigenvalues of a symmetric matrix without negative eigenvalues, given by its products with
/// vectors. Restarted Lanczos, until the relative residual is below `tolerance`. Throws TopologyError if it does not
/// converge.
double largest_eigenvalue(NodeId nodes, const std::function<Eigen::VectorXd(const Eigen::VectorXd&)>& product,
                          double tolerance = 1e-9);

}  // namespace gossamer
