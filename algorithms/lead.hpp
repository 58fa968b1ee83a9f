#pragma once
#include <memory>

#include "algorithms/local_steps.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// LEAD: exact decentralized optimization that compresses differences, and keeps the linear rate.
///
///     X ← X − η G                                                              the first step, without communication
///     Y = X − η G − η D;   Q = Q(Y − H);   Ŷ = H + Q;   Ŷ_w = H_w + W Q
///     H ← (1 − α) H + α Ŷ;   H_w ← (1 − α) H_w + α Ŷ_w;   D ← D + γ/(2η) (Ŷ − Ŷ_w);   X ← X − η G − η D
///
/// Liu, Li, Wang, Tang, Yan, "Linear Convergent Decentralized Optimization with Compression", ICLR 2021,
/// arXiv:2007.00232, Algorithm 1. H = H_w = D = 0 at first; H_w = W H and 1ᵀD = 0 ever after. Without a compressor and
/// with γ = 1 it is NIDS. α = 0.5, γ = 1 are the paper's in practice.
/// Exact if H = 1; with more local steps it ends where the displacements of all nodes cancel, which is not the minimum.
/// Shapes  W is fixed and symmetric: with a directed one the recursion may diverge for every small η.
/// Cost    per round and node: H gradients; one code sent to each neighbor, none in the first round.
/// Time    gradient, then messages.
/// Faults  a difference that is lost is missing from a neighbor's copy ever after: the sum of all D grows by
///         γ/(2η) w_ij q_j in that round and by α times as much in every later one, and the mean drifts.
struct Lead {
  double step_size = 0.1;       ///< η > 0
  double consensus_step = 1;    ///< γ > 0
  double reference_step = 0.5;  ///< α in (0, 1]
  std::shared_ptr<const Codec> compressor = {};
  LocalSteps local = {};
};
Task lead(Node& node, Lead settings);

}  // namespace gossamer
