#include "topologies/rounds/matcha.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <boost/math/tools/minima.hpp>

#include "sim/ground/random.hpp"
#include "topologies/eigenvalues.hpp"
#include "topologies/rounds/edge_colorings.hpp"
#include "topologies/rounds/optimal_activation.hpp"
#include "topologies/rounds/pairwise.hpp"

namespace gossamer {
namespace {

/// Σ_j weights_j L_j
SparseMatrix laplacian(NodeId nodes, const std::vector<Matching>& matchings, const Eigen::VectorXd& weights) {
  std::vector<WeightedPair> pairs;
  for (std::size_t m = 0; m < matchings.size(); ++m)
    for (const auto& [i, j] : matchings[m]) pairs.push_back({i, j, weights[static_cast<Eigen::Index>(m)]});
  SparseMatrix identity(nodes, nodes);
  identity.setIdentity();
  return identity - pairwise(nodes, pairs);
}

/// The parts of E[WᵀW] that do not depend on α: I − 2α L̄ + α² Q.
struct Parts {
  SparseMatrix mean;      ///< L̄
  SparseMatrix variance;  ///< Q = L̄² + 2 L̃
};

Parts parts_of(NodeId nodes, const Matcha& matcha) {
  const Eigen::VectorXd& p = matcha.probabilities;
  const SparseMatrix mean = laplacian(nodes, matcha.matchings, p);
  const Eigen::VectorXd spread = p.array() * (1 - p.array());
  return {mean, SparseMatrix(mean * mean) + 2 * laplacian(nodes, matcha.matchings, spread)};
}

SparseMatrix square(const Parts& parts, double weight) {
  SparseMatrix identity(parts.mean.rows(), parts.mean.cols());
  identity.setIdentity();
  return identity - 2 * weight * parts.mean + weight * weight * parts.variance;
}

double trace(const SparseMatrix& matrix) { return matrix.diagonal().sum(); }

/// ρ_M for the search: exact if that is cheap, otherwise to 1e-5, far less than the gain from a good α.
double contraction_near(const Parts& parts, double weight) {
  const SparseMatrix matrix = square(parts, weight);
  const auto n = static_cast<NodeId>(matrix.rows());
  if (n <= dense_limit) return all_eigenvalues(matrix).maxCoeff();
  return largest_eigenvalue(
      n, [&matrix](const Eigen::VectorXd& x) { return Eigen::VectorXd(matrix * x); }, 1e-5);
}

/// The quantities that determine α.
struct Choice {
  double weight = 0;
  double contraction = 1;  ///< ρ_M
};

/// ρ_M is a maximum of parabolas in α, hence convex. It is at least the mean of all n − 1 eigenvalues, and below 1 at
/// its minimum. Hence the best α is at most 2 tr L̄/tr Q.
Choice best_weight(const Parts& parts) {
  constexpr int bits = 21;
  const auto contraction = [&](double weight) { return contraction_near(parts, weight); };
  const double most = 2 * trace(parts.mean) / trace(parts.variance);
  const auto [weight, least] = boost::math::tools::brent_find_minima(contraction, 0.0, most, bits);
  return {weight, least};
}

struct Candidate {
  Matcha matcha;
  double contraction = 1;
};

Candidate candidate(NodeId nodes, std::vector<Matching> matchings, double budget, Activation activation) {
  if (!(budget > 0 && budget <= 1))
    throw TopologyError{fmt::format("matcha: budget {} is out of range, expected above 0 and at most 1", budget)};
  Candidate result;
  result.matcha.matchings = std::move(matchings);
  const auto m = static_cast<Eigen::Index>(result.matcha.matchings.size());
  if (m == 0) return result;
  result.matcha.probabilities = activation == Activation::uniform
                                    ? Eigen::VectorXd::Constant(m, budget)
                                    : optimal_activation(nodes, result.matcha.matchings, budget).probabilities;
  const Choice choice = best_weight(parts_of(nodes, result.matcha));
  result.matcha.weight = choice.weight;
  result.contraction = choice.contraction;
  return result;
}

/// The number of decompositions that are rated. Probabilities cost dense inverses and the square of the number of
/// edges.
int ratings_of(const Mixing& base) {
  constexpr double most_work = 5e6;
  constexpr int most = 1000;
  const double n = base.size(), edges = static_cast<double>(base.matrix().nonZeros()) / 2;
  return std::max(1, static_cast<int>(std::min(1.0 * most, most_work / (n * n * n + edges * edges))));
}

/// Fewer matchings are better, since each takes an exchange. For equal numbers a smaller ρ_M is better, if it differs
/// by more than rounding.
bool better(const Candidate& a, const Candidate& b) {
  if (a.matcha.matchings.size() != b.matcha.matchings.size())
    return a.matcha.matchings.size() < b.matcha.matchings.size();
  return a.contraction < b.contraction - 1e-5;
}

Mixing draw_round(NodeId nodes, const Matcha& matcha, Draws draws) {
  std::vector<WeightedPair> pairs;
  for (std::size_t m = 0; m < matcha.matchings.size(); ++m)
    if (draws.uniform() < matcha.probabilities[static_cast<Eigen::Index>(m)])
      for (const auto& [i, j] : matcha.matchings[m]) pairs.push_back({i, j, matcha.weight});
  return pairwise_round(nodes, pairs, Diagonal::any_sign);
}

}  // namespace

Matcha matcha(NodeId nodes, std::vector<Matching> matchings, double budget, Activation activation) {
  return candidate(nodes, std::move(matchings), budget, activation).matcha;
}

Matcha matcha(const Mixing& base, double budget, Activation activation) {
  constexpr int most_starts = 64;
  const int most = ratings_of(base);
  std::map<std::vector<Matching>, Candidate> known;
  const auto rated = [&](const std::vector<Matching>& matchings) -> const Candidate& {
    const auto [at, is_new] = known.try_emplace(matchings);
    if (is_new) at->second = candidate(base.size(), matchings, budget, activation);
    return at->second;
  };
  std::vector<const Candidate*> starts;
  for (const auto& matchings : edge_colorings(base, std::clamp(most / 8, 1, most_starts)))
    starts.push_back(&rated(matchings));
  std::stable_sort(starts.begin(), starts.end(),
                   [](const Candidate* a, const Candidate* b) { return a->contraction < b->contraction; });

  const auto exhausted = [&] { return static_cast<int>(known.size()) >= most; };
  /// Repeatedly takes the best decomposition that one exchange gives, as long as it is better.
  const auto improved = [&](const Candidate* best) {
    for (const Candidate* before = nullptr; before != best && !exhausted();) {
      before = best;
      for (const auto& exchanged : kempe_exchanges(base.size(), before->matcha.matchings)) {
        if (exhausted()) break;
        if (const Candidate& next = rated(exchanged); better(next, *best)) best = &next;
      }
    }
    return best;
  };
  const Candidate* best = starts.front();
  for (const Candidate* start : starts)
    if (const Candidate* found = improved(start); better(*found, *best)) best = found;
  return best->matcha;
}

SparseMatrix expected_square(NodeId nodes, const Matcha& matcha) {
  return square(parts_of(nodes, matcha), matcha.weight);
}

double expected_contraction(NodeId nodes, const Matcha& matcha) {
  return extreme_eigenvalues(expected_square(nodes, matcha)).largest;
}

RandomRounds matcha_rounds(NodeId nodes, const Matcha& matcha, std::uint64_t seed) {
  RandomRounds result;
  std::vector<WeightedPair> expected;
  for (std::size_t m = 0; m < matcha.matchings.size(); ++m)
    for (const auto& [i, j] : matcha.matchings[m])
      expected.push_back({i, j, matcha.weight * matcha.probabilities[static_cast<Eigen::Index>(m)]});
  result.mean =
      std::make_shared<const Mixing>(pairwise(nodes, expected), MixingPromise{.diagonal = Diagonal::any_sign});
  result.square = [nodes, matcha] { return expected_square(nodes, matcha); };
  result.draw = [nodes, matcha, seed](std::uint64_t k) {
    return draw_round(nodes, matcha, Draws{seed, Purpose::round, 0, k});
  };
  return result;
}

}  // namespace gossamer
