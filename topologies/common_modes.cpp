#include "topologies/common_modes.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdint>
#include <numbers>
#include <utility>

#include <Eigen/Dense>

namespace gossamer {
namespace {

using MixingRounds = std::span<const std::shared_ptr<const Mixing>>;
using Complex = std::complex<double>;

/// The eigenvalues of all rounds that belong to one eigenvector.
using Tuple = std::vector<Complex>;

constexpr double equality = 1e-9;

bool are_equal(const Tuple& a, const Tuple& b) {
  return std::equal(a.begin(), a.end(), b.begin(),
                    [](const Complex& u, const Complex& v) { return std::abs(u - v) < equality; });
}

Tuple conjugate(Tuple tuple) {
  for (Complex& value : tuple) value = std::conj(value);
  return tuple;
}

/// Without the imaginary parts that rounding leaves.
Tuple cleaned(Tuple tuple) {
  for (Complex& value : tuple)
    if (std::abs(value.imag()) < 1e-13) value = value.real();
  return tuple;
}

CommonModes modes_of(const std::vector<Tuple>& tuples, std::size_t rounds, bool looks_alike) {
  CommonModes modes{.rounds = std::vector(rounds, Eigen::VectorXcd(static_cast<Eigen::Index>(tuples.size()))),
                    .looks_alike = looks_alike};
  for (std::size_t k = 0; k < rounds; ++k)
    for (std::size_t j = 0; j < tuples.size(); ++j) modes.rounds[k][static_cast<Eigen::Index>(j)] = tuples[j][k];
  return modes;
}

/// The position of a tuple or of its conjugate, which is appended if neither is there.
std::size_t place(std::vector<Tuple>& tuples, const Tuple& tuple) {
  const Tuple other = conjugate(tuple);
  const auto at = std::find_if(tuples.begin(), tuples.end(),
                               [&](const Tuple& one) { return are_equal(one, tuple) || are_equal(one, other); });
  if (at != tuples.end()) return static_cast<std::size_t>(at - tuples.begin());
  tuples.push_back(tuple);
  return tuples.size() - 1;
}

/// Pairs (u, w_{i,i+u}), if they are the same for all i.
std::optional<std::vector<std::pair<NodeId, double>>> circulant_terms(const Mixing& w) {
  const NodeId n = w.size();
  std::vector<std::pair<NodeId, double>> terms{{0, w.weight(0, 0)}};
  for (const NodeId j : w.neighbors(0)) terms.emplace_back(j, w.weight(0, j));
  for (NodeId i = 0; i < n; ++i) {
    if (w.neighbors(i).size() + 1 != terms.size()) return std::nullopt;
    for (const auto& [u, weight] : terms) {
      const auto to = static_cast<NodeId>((std::int64_t{i} + u) % n);
      if (std::abs(w.weight(i, to) - weight) > 1e-14) return std::nullopt;
    }
  }
  return terms;
}

std::optional<CommonModes> modes_of_circulants(MixingRounds rounds) {
  std::vector<std::vector<std::pair<NodeId, double>>> terms;
  for (const auto& w : rounds) {
    auto of_round = circulant_terms(*w);
    if (!of_round) return std::nullopt;
    terms.push_back(std::move(*of_round));
  }
  const NodeId n = rounds.front()->size();
  std::vector<Tuple> tuples;
  for (NodeId j = 1; j <= n / 2; ++j) {
    Tuple tuple;
    for (const auto& of_round : terms) {
      Complex sum = 0;
      for (const auto& [u, weight] : of_round) {
        const auto turns = static_cast<double>((std::int64_t{j} * u) % n) / static_cast<double>(n);
        sum += std::polar(weight, 2 * std::numbers::pi * turns);
      }
      tuple.push_back(sum);
    }
    place(tuples, cleaned(std::move(tuple)));
  }
  return modes_of(tuples, rounds.size(), true);
}

/// Unitary vectors, as columns, of which each is an eigenvector of every W(k) if all W(k) are normal and commute.
Eigen::MatrixXcd candidates(const std::vector<Eigen::MatrixXd>& rounds, bool symmetric) {
  const Eigen::Index n = rounds.front().rows();
  Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(n, n);
  double factors = 0, turns = 0;
  for (const Eigen::MatrixXd& w : rounds) {  // different tuples of eigenvalues have different sums
    const double factor = 0.5 + std::exchange(turns, std::fmod(turns + std::numbers::phi, 1.0));
    sum += factor * w;
    factors += factor;
  }
  sum.array() += 3 * factors / static_cast<double>(n);  // the constant vector is an eigenvector apart
  if (symmetric) return Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>{sum}.eigenvectors().cast<Complex>();
  return Eigen::ComplexSchur<Eigen::MatrixXcd>{sum.cast<Complex>()}.matrixU();
}

std::optional<CommonModes> modes_by_dense_solver(MixingRounds rounds, bool symmetric) {
  const Eigen::Index n = rounds.front()->size();
  std::vector<Eigen::MatrixXd> matrices;
  for (const auto& w : rounds) matrices.emplace_back(w->matrix());
  const Eigen::MatrixXcd u = candidates(matrices, symmetric);
  Eigen::Index constant = 0;
  u.colwise().sum().cwiseAbs().maxCoeff(&constant);

  std::vector<Tuple> of_columns(static_cast<std::size_t>(n));
  for (const Eigen::MatrixXd& w : matrices) {
    const Eigen::MatrixXcd product = w * u;
    for (Eigen::Index j = 0; j < n; ++j) {
      const Complex value = u.col(j).dot(product.col(j));
      if ((product.col(j) - value * u.col(j)).cwiseAbs().maxCoeff() > equality) return std::nullopt;
      of_columns[static_cast<std::size_t>(j)].push_back(value);
    }
  }
  std::vector<Tuple> tuples;
  std::vector<Eigen::VectorXd> diagonals;  // of the projections
  for (Eigen::Index j = 0; j < n; ++j) {
    if (j == constant) continue;
    const std::size_t at = place(tuples, cleaned(std::move(of_columns[static_cast<std::size_t>(j)])));
    if (at == diagonals.size()) diagonals.emplace_back(Eigen::VectorXd::Zero(n));
    diagonals[at] += u.col(j).cwiseAbs2();
  }
  const bool looks_alike = std::all_of(diagonals.begin(), diagonals.end(), [](const Eigen::VectorXd& diagonal) {
    return diagonal.maxCoeff() - diagonal.minCoeff() < equality;
  });
  return modes_of(tuples, rounds.size(), looks_alike);
}

}  // namespace

std::optional<CommonModes> common_modes(MixingRounds rounds) {
  const NodeId n = rounds.front()->size();
  if (auto modes = modes_of_circulants(rounds)) return modes;
  constexpr NodeId symmetric_limit = 1200, normal_limit = 300;
  const bool symmetric = std::all_of(rounds.begin(), rounds.end(), [](const auto& w) { return w->is_symmetric(); });
  if (n > (symmetric ? symmetric_limit : normal_limit)) return std::nullopt;
  return modes_by_dense_solver(rounds, symmetric);
}

}  // namespace gossamer
