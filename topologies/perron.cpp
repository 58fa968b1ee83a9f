#include "topologies/perron.hpp"

#include <algorithm>
#include <vector>

#include <Spectra/GenEigsSolver.h>
#include <fmt/format.h>
#include <Eigen/SparseLU>

#include "sim/ground/dense_eigenvalues.hpp"
#include "topologies/eigenvalues.hpp"

namespace gossamer {
namespace {

using ColumnMatrix = Eigen::SparseMatrix<double>;

/// W, or its transpose if only W's columns sum to 1: the rows of the result sum to 1.
SparseMatrix with_row_sums(const Mixing& mixing) {
  if (mixing.stochasticity() == Stochasticity::columns) return mixing.matrix().transpose();
  return mixing.matrix();
}

/// π_i for i > 0 solves (I − Aᵀ) π = π_0 a_0, where A is W without row and column 0, and a_0 is row 0. The system is
/// nonsingular, since every node has a path to node 0.
Eigen::VectorXd left_vector(const SparseMatrix& w) {
  const Eigen::Index n = w.rows();
  Eigen::VectorXd pi = Eigen::VectorXd::Ones(n);
  if (n == 1) return pi;
  std::vector<Eigen::Triplet<double>> entries;
  Eigen::VectorXd from_first = Eigen::VectorXd::Zero(n - 1);
  for (Eigen::Index i = 0; i < n; ++i) {
    if (i > 0) entries.emplace_back(i - 1, i - 1, 1.0);
    for (SparseMatrix::InnerIterator entry(w, i); entry; ++entry) {
      if (entry.col() == 0) continue;
      if (i == 0) from_first[entry.col() - 1] = entry.value();
      if (i > 0) entries.emplace_back(entry.col() - 1, i - 1, -entry.value());
    }
  }
  ColumnMatrix rest(n - 1, n - 1);
  rest.setFromTriplets(entries.begin(), entries.end());
  Eigen::SparseLU<ColumnMatrix> factor(rest);
  if (factor.info() == Eigen::Success) pi.tail(n - 1) = factor.solve(from_first);
  if (factor.info() != Eigen::Success || !pi.allFinite())
    throw TopologyError{fmt::format("perron_vector: the equations of this W of {} nodes have no solution", n)};
  return pi / pi.sum();
}

/// W − 1 πᵀ: its eigenvalues are those of W, with 0 in place of 1.
struct Deflated {
  using Scalar = double;
  const SparseMatrix& matrix;
  const Eigen::VectorXd& pi;

  Eigen::Index rows() const { return matrix.rows(); }
  Eigen::Index cols() const { return matrix.cols(); }
  void perform_op(const double* in, double* out) const {
    const Eigen::Map<const Eigen::VectorXd> x(in, rows());
    Eigen::Map<Eigen::VectorXd>(out, rows()) = (matrix * x).array() - pi.dot(x);
  }
};

}  // namespace

Eigen::VectorXd perron_vector(const Mixing& mixing) {
  const Eigen::Index n = mixing.size();
  if (mixing.stochasticity() == Stochasticity::doubly) return Eigen::VectorXd::Constant(n, 1 / static_cast<double>(n));
  return left_vector(with_row_sums(mixing));
}

double second_magnitude(const Mixing& mixing) {
  const SparseMatrix w = with_row_sums(mixing);
  const Eigen::VectorXd pi = perron_vector(mixing);
  if (mixing.size() <= dense_limit) {
    Eigen::MatrixXd dense = w;
    dense.rowwise() -= pi.transpose();
    return eigenvalue_magnitudes(dense).maxCoeff();
  }
  Deflated op{w, pi};
  Spectra::GenEigsSolver<Deflated> solver(op, 2, 60);
  solver.init();
  solver.compute(Spectra::SortRule::LargestMagn, 200, 1e-9);
  if (solver.info() != Spectra::CompInfo::Successful)
    throw TopologyError{fmt::format("spectrum: no eigenvalue of this W of {} nodes converged", mixing.size())};
  return solver.eigenvalues().cwiseAbs().maxCoeff();
}

}  // namespace gossamer
