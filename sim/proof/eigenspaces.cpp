#include "sim/proof/eigenspaces.hpp"

#include <cmath>
#include <complex>

#include <fmt/format.h>
#include <Eigen/Eigenvalues>

#include "sim/ground/quantities.hpp"
#include "sim/proof/proof_error.hpp"

namespace gossamer {
namespace {

constexpr double same_eigenvalue = 1e-7;

/// A Hermitian combination of all W(k), with factors such that its eigenspaces are those that all W(k) have in common. The
/// eigenvalue of the constant vector is far from all others.
Eigen::MatrixXcd combination(const std::vector<Eigen::MatrixXd>& rounds) {
  const Index n = rounds[0].rows();
  Eigen::MatrixXcd sum = Eigen::MatrixXcd::Constant(n, n, 100.0 / static_cast<double>(n));
  double factor = 1;
  for (const Eigen::MatrixXd& W : rounds) {
    factor = std::fmod(factor * 7.3 + 0.618, 1) + 0.5;
    sum += factor * (W + W.transpose()).cast<std::complex<double>>();
    factor = std::fmod(factor * 7.3 + 0.618, 1) + 0.5;
    sum += std::complex<double>{0, factor} * (W - W.transpose()).cast<std::complex<double>>();
  }
  return sum;
}

/// The eigenspace with that basis has a real one, too: that of the projection's real part.
Eigen::MatrixXcd real_basis(const Eigen::MatrixXcd& basis) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver{(basis * basis.adjoint()).real()};
  return solver.eigenvectors().rightCols(basis.cols()).cast<std::complex<double>>();
}

}  // namespace

std::vector<Eigen::MatrixXcd> eigenspaces(const std::vector<Eigen::MatrixXd>& rounds, const SpectrumModes& modes) {
  const Index n = rounds[0].rows(), count = modes.rounds[0].size();
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXcd> solver{combination(rounds)};
  std::vector<Eigen::MatrixXcd> result(static_cast<std::size_t>(count), Eigen::MatrixXcd(n, 0));
  for (Index column = 0; column + 1 < n; ++column) {  // the last is the constant vector
    const Eigen::VectorXcd e = solver.eigenvectors().col(column);
    Eigen::VectorXd off = Eigen::VectorXd::Zero(count), off_conjugate = off;
    for (std::size_t k = 0; k < rounds.size(); ++k) {
      const Eigen::VectorXcd image = rounds[k] * e;
      const std::complex<double> eigenvalue = e.dot(image);
      if ((image - eigenvalue * e).norm() > same_eigenvalue)
        throw ProofError{fmt::format("W({}) has eigenvectors that other rounds or its transpose do not have", k)};
      const Eigen::VectorXcd& known = modes.rounds[k % modes.rounds.size()];
      off = off.cwiseMax((known.array() - eigenvalue).abs().matrix());
      off_conjugate = off_conjugate.cwiseMax((known.array().conjugate() - eigenvalue).abs().matrix());
    }
    Index mode = 0;
    if (off.minCoeff(&mode) < same_eigenvalue) {
      Eigen::MatrixXcd& basis = result[static_cast<std::size_t>(mode)];
      basis.conservativeResize(n, basis.cols() + 1);
      basis.rightCols(1) = e;
    } else if (off_conjugate.minCoeff() > same_eigenvalue) {
      throw ProofError{
          fmt::format("W has an eigenvalue {:.6g} that is not among the given ones", e.dot(rounds[0] * e).real())};
    }
  }
  for (Index j = 0; j < count; ++j) {
    bool real = true;
    for (const Eigen::VectorXcd& eigenvalues : modes.rounds) real = real && eigenvalues[j].imag() == 0;
    Eigen::MatrixXcd& basis = result[static_cast<std::size_t>(j)];
    if (basis.cols() == 0)
      throw ProofError{fmt::format("W does not have the eigenvalue {:.6g}", modes.rounds[0][j].real())};
    if (real) basis = real_basis(basis);
  }
  return result;
}

}  // namespace gossamer
