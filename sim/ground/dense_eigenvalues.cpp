#include "sim/ground/dense_eigenvalues.hpp"

#include <limits>

#include <Eigen/Eigenvalues>

namespace gossamer {
namespace {

Eigen::VectorXd unknown(Eigen::Index n) {
  return Eigen::VectorXd::Constant(n, std::numeric_limits<double>::quiet_NaN());
}

}  // namespace

Eigen::VectorXd symmetric_eigenvalues(const Eigen::MatrixXd& a) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver{a, Eigen::EigenvaluesOnly};
  return solver.info() == Eigen::Success ? solver.eigenvalues() : unknown(a.rows());
}

Eigen::VectorXd eigenvalue_magnitudes(const Eigen::MatrixXd& a) {
  const Eigen::EigenSolver<Eigen::MatrixXd> solver{a, false};
  return solver.info() == Eigen::Success ? solver.eigenvalues().cwiseAbs() : unknown(a.rows());
}

}  // namespace gossamer
