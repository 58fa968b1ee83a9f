#pragma once
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// LED, local exact diffusion: exact diffusion with local steps.
///
///     H times:  φ_i ← φ_i − η ∇F_i(φ_i; ξ) − y_i/H   from x_i
///     then:     X ← ½ (I + W) Φ;    Y ← Y + Φ − X        Y = 0 at first
///
/// Alghunaim, "Local Exact-Diffusion for Decentralized Optimization and Learning", IEEE Transactions on Automatic
/// Control, 2024, arXiv:2302.00620. Without noise it converges to the minimum for every H, y_i to −H η ∇f_i(x*). With
/// H = 1 it is exact diffusion.
/// Unlike the paper, whose W must be positive definite, ½ (I + W) takes its place, so that every symmetric W will do.
/// Shapes  W is fixed and symmetric.
/// Cost    per round and node: H gradients; deg(i) payloads sent and as many received.
/// Time    H gradients, then messages.
/// Faults  if no message comes from a neighbor, its weight goes to the node's own φ; y keeps this error, and the limit
///         moves.
struct Led {
  StepSize step_size = 0.1;  ///< η_k > 0
  int local_steps = 4;       ///< H ≥ 1
};
Task led(Node& node, Led settings);

}  // namespace gossamer
