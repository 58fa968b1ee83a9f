#pragma once
#include <cstdint>
#include <filesystem>
#include <vector>

#include <Eigen/Core>

#include "topologies/rounds/matching.hpp"
#include "topologies/rounds/rounds.hpp"

/// MATCHA: a graph's edges are decomposed into matchings, and every round activates some matchings at random.
///
///     W(k) = I − α Σ_j B_j(k) L_j,   B_j(k) ~ Bernoulli(p_j), independent
///
/// with L_j the Laplacian of matching j. Since L_j² = 2 L_j, with L̄ = Σ p_j L_j and L̃ = Σ p_j (1 − p_j) L_j,
///
///     E[WᵀW] = I − 2α L̄ + α² (L̄² + 2 L̃)   exactly, and   ρ_M = ‖E[WᵀW] − J‖₂
///
/// In expectation a round multiplies Γ by ρ_M at most. All edges of a matching exchange at the same time, so a round
/// takes Σ p_j exchanges on average.
/// Wang, Sahu, Yang, Joshi, Kar, "MATCHA: Speeding Up Decentralized SGD via Matching Decomposition Sampling",
/// arXiv:1905.09435.
namespace gossamer {

struct Matcha {
  std::vector<Matching> matchings;  ///< m of them
  Eigen::VectorXd probabilities;    ///< p_j ∈ [0, 1]
  double weight = 0;                ///< α > 0
};

/// The method that determines the p_j.
enum class Activation {
  optimized,  ///< the largest λ₂(L̄) with Σ p_j ≤ budget · m
  uniform,    ///< p_j = budget
};

/// The probabilities of given matchings, which contain all edges of a graph of n nodes, and the α with the smallest
/// ρ_M, to 1e-6; above 600 nodes to about 1e-5.
/// `budget`, in (0, 1], is the fraction of the matchings that are active on average.
/// Throws TopologyError if the budget is out of range, or the graph is too large for `optimal_activation`.
Matcha matcha(NodeId nodes, std::vector<Matching> matchings, double budget, Activation activation);

/// The same with matchings of W's graph that this function finds. ρ_M can differ much between decompositions with the
/// same number of matchings of about the same sizes: on the paper's graph of 8 nodes, from 0.64 to 0.77 at budget 1/2.
///
/// `edge_colorings` gives up to 64 decompositions, all with the fewest matchings that were found. Each is improved by
/// `kempe_exchanges`, the best exchange first, as long as one lowers ρ_M by 1e-5. The one with the smallest ρ_M is
/// taken. The same graph and budget always give the same matchings.
/// Cost    up to 1000 times that of probabilities and α; fewer times from about 17 nodes on, and once above 170 nodes,
///         so that all of them together take about as long as those of a graph of 170 nodes.
/// Throws TopologyError as above, and if the graph is directed.
Matcha matcha(const Mixing& base, double budget, Activation activation);

/// E[WᵀW] by the formula above.
SparseMatrix expected_square(NodeId nodes, const Matcha& matcha);

/// ρ_M
double expected_contraction(NodeId nodes, const Matcha& matcha);

/// The random rounds W(k).
RandomRounds matcha_rounds(NodeId nodes, const Matcha& matcha, std::uint64_t seed);

}  // namespace gossamer
