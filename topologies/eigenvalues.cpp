#include "topologies/eigenvalues.hpp"

#include <algorithm>
#include <cmath>
#include <exception>
#include <limits>
#include <optional>

#include <Spectra/SymEigsSolver.h>
#include <fmt/format.h>
#include <Eigen/SparseCholesky>

#include "sim/ground/dense_eigenvalues.hpp"

namespace gossamer {
namespace {

using ColumnMatrix = Eigen::SparseMatrix<double>;

/// x minus its mean: the projection onto the orthogonal complement of the constant vector.
Eigen::VectorXd centered(const Eigen::VectorXd& x) { return x.array() - x.mean(); }

/// Gershgorin's bounds of all eigenvalues.
Extremes gershgorin(const SparseMatrix& a) {
  Extremes bounds{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
  for (Eigen::Index i = 0; i < a.outerSize(); ++i) {
    double center = 0, radius = 0;
    for (SparseMatrix::InnerIterator entry(a, i); entry; ++entry)
      (entry.col() == i ? center : radius) += entry.col() == i ? entry.value() : std::abs(entry.value());
    bounds.smallest = std::min(bounds.smallest, center - radius);
    bounds.largest = std::max(bounds.largest, center + radius);
  }
  return bounds;
}

/// P (A − shift I) P, where P subtracts the mean: the constant vector has the eigenvalue 0. This is the smallest one if
/// `shift` is a lower bound of A.
struct Shifted {
  using Scalar = double;
  const SparseMatrix& matrix;
  double shift;

  Eigen::Index rows() const { return matrix.rows(); }
  Eigen::Index cols() const { return matrix.cols(); }
  void perform_op(const double* in, double* out) const {
    const Eigen::VectorXd x = centered(Eigen::Map<const Eigen::VectorXd>(in, rows()));
    Eigen::Map<Eigen::VectorXd>(out, rows()) = centered(matrix * x - shift * x);
  }
};

/// P A P for an A that is given by its products with vectors.
struct Projected {
  using Scalar = double;
  const std::function<Eigen::VectorXd(const Eigen::VectorXd&)>& product;
  Eigen::Index nodes;

  Eigen::Index rows() const { return nodes; }
  Eigen::Index cols() const { return nodes; }
  void perform_op(const double* in, double* out) const {
    const Eigen::VectorXd x = centered(Eigen::Map<const Eigen::VectorXd>(in, rows()));
    Eigen::Map<Eigen::VectorXd>(out, rows()) = centered(product(x));
  }
};

/// A factorization whose size is known before it is computed.
class Factor : public Eigen::SimplicialLDLT<ColumnMatrix> {
 public:
  Eigen::Index entries() const { return m_matrix.nonZeros(); }
};

/// P (shift I − A)⁻¹ P. If `shift` is above all eigenvalues of A, it is positive definite except on the constant
/// vector.
struct Inverse {
  using Scalar = double;
  const Factor& factor;

  Eigen::Index rows() const { return factor.rows(); }
  Eigen::Index cols() const { return factor.cols(); }
  void perform_op(const double* in, double* out) const {
    const Eigen::VectorXd x = centered(Eigen::Map<const Eigen::VectorXd>(in, rows()));
    Eigen::Map<Eigen::VectorXd>(out, rows()) = centered(factor.solve(x));
  }
};

/// Whether the operator is a multiple of P, as for W = J: Lanczos then cannot build a basis. The test applies the
/// operator to a vector without symmetry.
template <class Operator>
std::optional<double> only_eigenvalue(const Operator& op) {
  const Eigen::VectorXd x = centered(Eigen::VectorXd::LinSpaced(op.rows(), 0, 1).array().sqrt().matrix()).normalized();
  Eigen::VectorXd y(op.rows());
  op.perform_op(x.data(), y.data());
  const double eigenvalue = x.dot(y);
  if ((y - eigenvalue * x).norm() > 1e-13 * std::abs(eigenvalue)) return std::nullopt;
  return eigenvalue;
}

/// The largest eigenvalue; empty if its relative residual is not below `tolerance` after `restarts`.
template <class Operator>
std::optional<double> lanczos(Operator& op, int restarts, double tolerance) {
  if (const auto only = only_eigenvalue(op)) return only;
  constexpr Eigen::Index basis = 60;
  Spectra::SymEigsSolver<Operator> solver(op, 1, std::min<Eigen::Index>(basis, op.rows()));
  solver.init();
  try {
    const auto converged = solver.compute(Spectra::SortRule::LargestAlge, restarts, tolerance);
    if (solver.info() != Spectra::CompInfo::Successful || converged < 1) return std::nullopt;
  } catch (const std::exception&) {  // from Spectra: a small eigenvalue problem did not converge
    return std::nullopt;
  }
  return solver.eigenvalues()[0];
}

/// The largest eigenvalue; also empty if it is so close to its bound that the residual does not bound the distance
/// well.
std::optional<double> largest_by_lanczos(const SparseMatrix& a, Extremes bounds) {
  constexpr double tolerance = 1e-9;
  Shifted op{a, bounds.smallest};
  const auto found = lanczos(op, 40, tolerance);
  if (!found || bounds.largest - bounds.smallest - *found < 1e5 * tolerance * *found) return std::nullopt;
  return *found + bounds.smallest;
}

double largest_by_inverse(const SparseMatrix& a, double upper_bound) {
  constexpr Eigen::Index most_entries = 100'000'000;
  const double n = static_cast<double>(a.rows());
  const double shift = upper_bound + std::max(1.0, std::abs(upper_bound)) * std::max(1 / (n * n), 1e-13);
  ColumnMatrix identity(a.rows(), a.cols());
  identity.setIdentity();
  const ColumnMatrix positive = shift * identity - ColumnMatrix(a);
  Factor factor;
  factor.analyzePattern(positive);
  if (factor.entries() > most_entries)
    throw TopologyError{
        fmt::format("spectrum: Lanczos did not converge for {} nodes, and a factor of {:.2g} entries is "
                    "more than the {:.2g} allowed",
                    a.rows(), static_cast<double>(factor.entries()), static_cast<double>(most_entries))};
  factor.factorize(positive);
  Inverse op{factor};
  std::optional<double> found;
  if (factor.info() == Eigen::Success) found = lanczos(op, 1000, 1e-12);
  if (!found) throw TopologyError{fmt::format("spectrum: no eigenvalue of this graph of {} nodes converged", a.rows())};
  return shift - 1 / *found;
}

double largest(const SparseMatrix& a, double upper_bound = std::numeric_limits<double>::infinity()) {
  Extremes bounds = gershgorin(a);
  bounds.largest = std::min(bounds.largest, upper_bound);
  // If there are no more edges than nodes, the factor has few more entries than the matrix, and the gap is small.
  const bool nearly_a_tree = a.nonZeros() <= 3 * a.rows();
  if (!nearly_a_tree)
    if (const auto found = largest_by_lanczos(a, bounds)) return *found;
  return largest_by_inverse(a, bounds.largest);
}

}  // namespace

Eigen::VectorXd all_eigenvalues(const SparseMatrix& symmetric) {
  // A Householder reflection H maps the constant vector to the first axis, which then decouples in H A H.
  const Eigen::Index n = symmetric.rows();
  Eigen::MatrixXd a = symmetric;
  Eigen::VectorXd v = Eigen::VectorXd::Constant(n, 1 / std::sqrt(static_cast<double>(n)));
  v[0] += 1;
  const double beta = 2 / v.squaredNorm();
  const Eigen::VectorXd p = beta * (a * v);
  const Eigen::VectorXd q = p - (0.5 * beta * p.dot(v)) * v;
  a -= v * q.transpose() + q * v.transpose();
  const Eigen::VectorXd rest = symmetric_eigenvalues(a.bottomRightCorner(n - 1, n - 1));
  if (rest.hasNaN()) throw TopologyError{"spectrum: the dense eigenvalue solver did not converge"};
  return rest;
}

Extremes extreme_eigenvalues(const SparseMatrix& symmetric) {
  if (symmetric.rows() <= dense_limit) {
    const Eigen::VectorXd all = all_eigenvalues(symmetric);
    return {all[0], all[all.size() - 1]};
  }
  const SparseMatrix negative = -symmetric;
  return {-largest(negative), largest(symmetric)};
}

double largest_eigenvalue(const SparseMatrix& symmetric, double upper_bound) {
  if (symmetric.rows() <= dense_limit) return all_eigenvalues(symmetric).maxCoeff();
  return largest(symmetric, upper_bound);
}

double largest_eigenvalue(NodeId nodes, const std::function<Eigen::VectorXd(const Eigen::VectorXd&)>& product,
                          double tolerance) {
  Projected op{product, nodes};
  if (const auto found = lanczos(op, 100, tolerance)) return *found;
  throw TopologyError{fmt::format("spectrum: no eigenvalue of this schedule of {} nodes converged", nodes)};
}

}  // namespace gossamer
