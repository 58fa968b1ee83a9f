#include "topologies/effective_neighbors.hpp"

#include <cmath>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <Eigen/Cholesky>

#include "sim/ground/random.hpp"

namespace gossamer {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using Rounds = std::vector<std::shared_ptr<const Mixing>>;

void check_decay(double gamma) {
  if (!(gamma >= 0 && gamma < 1))
    throw TopologyError{
        fmt::format("effective neighbors: decay {} is out of range, expected at least 0 and below 1", gamma)};
}

/// The result from the diagonal d of Σ_t γ^t V Vᵀ with V = W(k) ⋯ W(k − t) − J. Rows of V sum to 0, so
/// ‖row of V + J‖² = ‖row of V‖² + 1/n, and the constant part of the series is 1/(n (1 − γ)).
EffectiveNeighbors from_variances(const VectorXd& d, double gamma) {
  const auto n = static_cast<double>(d.size());
  const VectorXd inverse = 1 / n + (1 - gamma) * d.array();
  return {.all = n / inverse.sum(), .error = 0, .nodes = inverse.cwiseInverse()};
}

/// For symmetric W with A = W − J: Σ_t γ^t A^{2t+2} = A (I − γ A²)⁻¹ A. Its diagonal is the squared norms of the
/// columns of L⁻¹ A, where I − γ A² = L Lᵀ.
VectorXd variances_of_symmetric(const Mixing& mixing, double gamma) {
  MatrixXd a = mixing.matrix();
  a.array() -= 1.0 / mixing.size();
  MatrixXd rest = -gamma * (a * a);
  rest.diagonal().array() += 1;
  const Eigen::LLT<MatrixXd> factor(std::move(rest));
  factor.matrixL().solveInPlace(a);
  return a.colwise().squaredNorm().transpose();
}

/// S ← γ W S Wᵀ + W Wᵀ − J, for symmetric S.
void advance(MatrixXd& s, const Mixing& round, double gamma) {
  const SparseMatrix w = round.matrix();
  const MatrixXd half = w * s;
  s = gamma * (w * half.transpose());
  s += SparseMatrix(w * SparseMatrix(w.transpose()));
  s.array() -= 1.0 / round.size();
}

/// The mean of the diagonal of S over the rounds of a period; S has period P. Some periods are added round by round, by
/// sparse products. The rest are added by doubling: with M the product of the rounds so far minus J, and
/// g = γ^{rounds}, S ← S + g M S Mᵀ, M ← M², g ← g².
VectorXd variances_of_period(const Rounds& rounds, double gamma) {
  constexpr std::size_t sparse_rounds = 32;
  constexpr double negligible = 1e-18;
  const NodeId n = rounds.front()->size();
  MatrixXd s = MatrixXd::Zero(n, n), m = MatrixXd::Identity(n, n);
  m.array() -= 1.0 / n;
  double g = 1;
  const auto left = [&] { return g * m.squaredNorm(); };
  for (std::size_t done = 0; done < sparse_rounds && left() > negligible; done += rounds.size())
    for (const auto& round : rounds) {
      advance(s, *round, gamma);
      m = (round->matrix() * m).eval();
      g *= gamma;
    }
  while (left() > negligible) {
    const MatrixXd half = m * s;
    s.noalias() += g * (half * m.transpose());
    m = (m * m).eval();
    g *= g;
  }
  VectorXd sum = VectorXd::Zero(n);
  for (const auto& round : rounds) {
    advance(s, *round, gamma);
    sum += s.diagonal();
  }
  return sum / static_cast<double>(rounds.size());
}

/// Σ_t γ^t ‖W(k + t) ⋯ W(k) z‖² for random signs z minus their mean. Its expectation is the trace of the series.
/// Advances k to a round that is not drawn yet.
double walk(const MixingSchedule& schedule, double gamma, NodeId number, std::uint64_t& k) {
  Draws draws{0, Purpose::topology, number, std::uint64_t{3} << 54};  // a schedule has one estimate: no seed
  VectorXd z(schedule.round(k)->size());
  for (double& sign : z) sign = (draws() & 1u) != 0 ? 1.0 : -1.0;
  z.array() -= z.mean();
  double sum = 0;
  for (double factor = 1, term = 1; term > 1e-9 * (1 - gamma) * sum && term > 0; factor *= gamma) {
    z = (schedule.round(k++)->matrix() * z).eval();
    term = factor * z.squaredNorm();
    sum += term;
  }
  return sum;
}

EffectiveNeighbors of_random_rounds(const MixingSchedule& schedule, double gamma) {
  constexpr int walks = 32;
  const double n = schedule.round(0)->size();
  Eigen::ArrayXd inverse(walks);
  std::uint64_t k = 0;
  for (int p = 0; p < walks; ++p) inverse[p] = 1 / n + (1 - gamma) * walk(schedule, gamma, p, k) / n;
  const double mean = inverse.mean();
  const double variance = (inverse - mean).square().sum() / (walks - 1);
  return {.all = 1 / mean, .error = std::sqrt(variance / walks) / (mean * mean), .nodes = {}};
}

}  // namespace

std::optional<EffectiveNeighbors> effective_neighbors(const Mixing& mixing, double decay) {
  check_decay(decay);
  if (mixing.stochasticity() != Stochasticity::doubly || mixing.size() > most_nodes_with_effective_neighbors)
    return std::nullopt;
  if (mixing.is_symmetric()) return from_variances(variances_of_symmetric(mixing, decay), decay);
  return from_variances(variances_of_period({std::make_shared<const Mixing>(mixing)}, decay), decay);
}

std::optional<EffectiveNeighbors> effective_neighbors(const MixingSchedule& schedule, double decay) {
  check_decay(decay);
  if (schedule.round(0)->stochasticity() != Stochasticity::doubly) return std::nullopt;
  const auto period = schedule.period();
  if (!period) return of_random_rounds(schedule, decay);
  if (schedule.round(0)->size() > most_nodes_with_effective_neighbors) return std::nullopt;
  Rounds rounds;
  for (std::uint64_t k = 0; k < *period; ++k) {
    rounds.push_back(schedule.round(k));
    if (rounds.back()->stochasticity() != Stochasticity::doubly) return std::nullopt;
  }
  return from_variances(variances_of_period(rounds, decay), decay);
}

}  // namespace gossamer
