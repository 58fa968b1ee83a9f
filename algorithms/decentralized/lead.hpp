#pragma once
#include <memory>

#include "algorithms/parts/local_steps.hpp"
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// LEAD: exact decentralized optimization that compresses differences and keeps the linear rate.
///
///     X ← X − η G                                                              the first step, without communication
///     Y = X − η G − η D;   Q = Q(Y − H);   Ŷ = H + Q;   Ŷ_w = H_w + W Q
///     H ← (1 − α) H + α Ŷ;   H_w ← (1 − α) H_w + α Ŷ_w;   D ← D + γ/(2η) (Ŷ − Ŷ_w);   X ← X − η G − η D
///
/// Liu, Li, Wang, Tang, Yan, "Linear Convergent Decentralized Optimization with Compression", ICLR 2021,
/// arXiv:2007.00232, Algorithm 1. H = H_w = D = 0 at first; H_w = W H and 1ᵀD = 0 in every round. Without a compressor
/// and with γ = 1 and a constant η it is NIDS. The paper uses α = 0.5, γ = 1 in practice.
/// Exact with one local step. With more it converges to the point where the displacements of all nodes cancel, which is
/// not the minimum.
/// Shapes  W is fixed and symmetric: with a directed one the recursion may diverge for every small η.
/// Steps   a schedule does not move the limit: the minimum is a fixed point for every step size.
/// Cost    per round and node: H gradients; one code sent to each neighbor, none in the first round.
/// Time    gradient, then messages.
/// Faults  a lost difference stays missing from the neighbor's copy: the sum of all D grows by γ/(2η) w_ij q_j in that
///         round and by α times as much in every later round. The mean drifts.
struct Lead {
  StepSize step_size = 0.1;     ///< η_k > 0
  double consensus_step = 1;    ///< γ > 0
  double reference_step = 0.5;  ///< α in (0, 1]
  std::shared_ptr<const Codec> compressor = {};
  LocalSteps local = {};
};
Task lead(Node& node, Lead settings);

}  // namespace gossamer
