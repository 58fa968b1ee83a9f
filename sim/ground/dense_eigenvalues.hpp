#pragma once
#include <Eigen/Core>

/// Eigenvalues of small dense matrices. Each of Eigen's solvers is compiled once, here.
namespace gossamer {

/// All eigenvalues of a symmetric matrix in ascending order, shape (n). Only the lower triangle of `a` (n × n) is read.
/// All are NaN if the solver does not converge.
/// Cost  4/3 n³ operations.
Eigen::VectorXd symmetric_eigenvalues(const Eigen::MatrixXd& a);

/// The magnitudes of all eigenvalues of a square matrix `a` (n × n), in no order, shape (n).
/// All are NaN if the solver does not converge.
/// Cost  10 n³ operations.
Eigen::VectorXd eigenvalue_magnitudes(const Eigen::MatrixXd& a);

}  // namespace gossamer
