#include "topologies/rounds/optimal_activation.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include <fmt/format.h>
#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>

#include "topologies/eigenvalues.hpp"

namespace gossamer {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double relative_gap = 1e-6;
constexpr std::size_t most_edges = 4'000;

/// max t over (p, t), with S(p, t) = Σ p_j L_j − t (I − J) + J positive definite. The other terms are 0 on the constant
/// vector, and J makes S positive there. The variables are p_1 … p_m, t.
class Program {
 public:
  Program(NodeId nodes, const std::vector<Matching>& matchings, double budget)
      : nodes_{nodes}, matchings_{matchings}, budget_{budget * static_cast<double>(matchings.size())} {}

  Index variables() const { return static_cast<Index>(matchings_.size()) + 1; }
  /// The number of the barrier's constraints. On its path the gap to the optimum is this number over the weight of t.
  double constraints() const { return nodes_ - 1.0 + 2.0 * static_cast<double>(matchings_.size()) + 1; }

  /// Σ p_j L_j
  MatrixXd laplacian(const VectorXd& p) const {
    MatrixXd result = MatrixXd::Zero(nodes_, nodes_);
    for_each_edge([&](Index m, NodeId i, NodeId j) {
      result(i, i) += p[m], result(j, j) += p[m];
      result(i, j) -= p[m], result(j, i) -= p[m];
    });
    return result;
  }

  /// −τ t − log det S − Σ log p_j − Σ log(1 − p_j) − log(B − Σ p_j); infinite outside.
  double barrier(const VectorXd& x, double tau) const {
    const VectorXd p = probabilities(x);
    const double rest = budget_ - p.sum();
    if (!(p.minCoeff() > 0 && p.maxCoeff() < 1 && rest > 0)) return std::numeric_limits<double>::infinity();
    const Eigen::LLT<MatrixXd> factor(slack(x));
    if (factor.info() != Eigen::Success) return std::numeric_limits<double>::infinity();
    const double log_det = 2 * factor.matrixLLT().diagonal().array().log().sum();
    return -tau * x[x.size() - 1] - log_det - p.array().log().sum() - (1 - p.array()).log().sum() - std::log(rest);
  }

  struct Derivatives {
    VectorXd gradient;
    MatrixXd hessian;
  };
  Derivatives derivatives(const VectorXd& x, double tau) const;

  /// An upper bound of λ₂ from the dual: for a density matrix Z on the orthogonal complement of the constant vector, λ₂
  /// is at most Σ p_j tr(L_j Z). This is largest if the budget goes to the largest traces.
  double bound(const VectorXd& x) const;

 private:
  VectorXd probabilities(const VectorXd& x) const { return x.head(x.size() - 1); }

  MatrixXd slack(const VectorXd& x) const {
    const double t = x[x.size() - 1];
    MatrixXd result = laplacian(probabilities(x));
    result.array() += (1 + t) / nodes_;
    result.diagonal().array() -= t;
    return result;
  }
  MatrixXd inverse_slack(const VectorXd& x) const { return slack(x).llt().solve(MatrixXd::Identity(nodes_, nodes_)); }
  template <class Visit>
  void for_each_edge(Visit visit) const {
    for (std::size_t m = 0; m < matchings_.size(); ++m)
      for (const auto& [i, j] : matchings_[m]) visit(static_cast<Index>(m), i, j);
  }
  /// tr(R L_j) for all j
  VectorXd traces(const MatrixXd& r) const {
    VectorXd result = VectorXd::Zero(variables() - 1);
    for_each_edge([&](Index m, NodeId i, NodeId j) { result[m] += r(i, i) + r(j, j) - 2 * r(i, j); });
    return result;
  }

  NodeId nodes_;
  const std::vector<Matching>& matchings_;
  double budget_;
};

/// With R = S⁻¹: the derivatives of −log det S are −tr(R L_j) and tr R − 1, then tr(R L_i R L_j), −tr(R² L_j) and
/// tr R² − 1, where 1 is the contribution of the constant vector.
Program::Derivatives Program::derivatives(const VectorXd& x, double tau) const {
  const Index m = variables() - 1;
  const VectorXd p = probabilities(x);
  const double rest = budget_ - p.sum();
  const MatrixXd r = inverse_slack(x);
  Derivatives d{VectorXd(m + 1), MatrixXd::Zero(m + 1, m + 1)};
  d.gradient.head(m) = -traces(r).array() - 1 / p.array() + 1 / (1 - p.array()) + 1 / rest;
  d.gradient[m] = -tau + r.trace() - 1;
  for_each_edge([&](Index a, NodeId i, NodeId j) {
    const VectorXd difference = r.col(i) - r.col(j);
    for_each_edge([&](Index b, NodeId k, NodeId l) {
      const double entry = difference[k] - difference[l];
      d.hessian(a, b) += entry * entry;
    });
  });
  d.hessian.topLeftCorner(m, m).diagonal().array() += p.array().square().inverse() + (1 - p.array()).square().inverse();
  d.hessian.topLeftCorner(m, m).array() += 1 / (rest * rest);
  const MatrixXd r2 = r * r;
  d.hessian.col(m).head(m) = -traces(r2);
  d.hessian.row(m).head(m) = d.hessian.col(m).head(m).transpose();
  d.hessian(m, m) = r2.trace() - 1;
  return d;
}

double Program::bound(const VectorXd& x) const {
  const MatrixXd r = inverse_slack(x);
  VectorXd values = traces(r) / (r.trace() - 1);
  std::sort(values.begin(), values.end(), std::greater<>{});
  double result = 0, left = budget_;
  for (const double value : values) {
    result += std::min(left, 1.0) * value;
    left = std::max(left - 1, 0.0);
  }
  return result;
}

/// Newton's method with backtracking, for one weight of t.
void center(VectorXd& x, double tau, const Program& program) {
  constexpr int most_steps = 100;
  for (int step = 0; step < most_steps; ++step) {
    const auto [gradient, hessian] = program.derivatives(x, tau);
    const VectorXd direction = -hessian.ldlt().solve(gradient);
    const double decrement = -gradient.dot(direction);
    if (!(decrement > 1e-6)) return;
    const double value = program.barrier(x, tau);
    double length = 1;
    while (program.barrier(x + length * direction, tau) > value - 0.1 * length * decrement) {
      length /= 2;
      if (length < 1e-12) return;  // further progress is below rounding
    }
    x += length * direction;
  }
}

double second_eigenvalue(const MatrixXd& laplacian) {
  const SparseMatrix sparse = laplacian.sparseView();
  return extreme_eigenvalues(sparse).smallest;
}

void check_limits(NodeId nodes, const std::vector<Matching>& matchings) {
  std::size_t edges = 0;
  for (const Matching& matching : matchings) edges += matching.size();
  if (nodes > dense_limit || edges > most_edges)
    throw TopologyError{
        fmt::format("matcha: optimized probabilities take up to {} nodes and {} edges, got {} and {}; expected a "
                    "smaller graph, or \"probabilities\": \"uniform\"",
                    dense_limit, most_edges, nodes, edges)};
}

}  // namespace

OptimalActivation optimal_activation(NodeId nodes, const std::vector<Matching>& matchings, double budget) {
  check_limits(nodes, matchings);
  const Program program{nodes, matchings, budget};
  const Index m = program.variables() - 1;
  const auto result = [&](VectorXd p, double bound) {
    const double connectivity = second_eigenvalue(program.laplacian(p));
    return OptimalActivation{std::move(p), connectivity, bound};
  };
  if (budget == 1) {  // a larger probability never lowers λ₂
    OptimalActivation all = result(VectorXd::Ones(m), 0);
    all.bound = all.connectivity;
    return all;
  }
  VectorXd x(m + 1);
  x.head(m).setConstant(budget / 2);
  x[m] = second_eigenvalue(program.laplacian(x.head(m))) / 2;
  double tau = program.constraints() / x[m];
  for (center(x, tau, program); program.constraints() / tau > 0.1 * relative_gap * x[m]; center(x, tau, program))
    tau *= 10;
  return result(x.head(m), program.bound(x));
}

}  // namespace gossamer
