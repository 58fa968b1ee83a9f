#pragma once
#include <memory>
#include "algorithms/schedules/step_size.hpp"

#include "sim/node.hpp"

namespace gossamer {

/// BEER: gradient tracking whose models and tracked gradients travel as compressed differences to public copies.
///
///     X⁺ = X + γ (W − I) H − η V;         H⁺ = H + Q(X⁺ − H)
///     V⁺ = V + γ (W − I) G + ∇⁺ − ∇;      G⁺ = G + Q(V⁺ − G)        V = ∇, H = G = 0 at first
///
/// ∇ are the gradients at X, ∇⁺ those at X⁺. Zhao, Li, Li, Richtárik, Chi, "BEER: Fast O(1/T) Rate for Decentralized
/// Nonconvex Optimization with Communication Compression", NeurIPS 2022, arXiv:2201.13320, Algorithm 1. Without noise it
/// converges to the minimum, linearly under strong convexity, with a contractive Q too if γ and η are small enough.
/// A node keeps its own copies h_i, g_i and the sums Σ_j w_ij h_j, Σ_j w_ij g_j.
/// Shapes  W is fixed, doubly stochastic.
/// Cost    per round and node: one gradient; two codes sent to each neighbor.
/// Time    the code of X⁺ is in flight during the gradient at X⁺; that of V⁺ is sent after it.
/// Faults  a lost difference stays missing from the neighbor's sum: the mean of all models drifts, as does the sum of
///         all V.
struct Beer {
  StepSize step_size = 0.1;     ///< η_k > 0
  double consensus_step = 0.5;  ///< γ in (0, 1]
  std::shared_ptr<const Codec> compressor = {};
};
Task beer(Node& node, Beer settings);

}  // namespace gossamer
