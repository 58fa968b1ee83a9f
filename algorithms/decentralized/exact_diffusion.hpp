#pragma once
#include "algorithms/parts/local_steps.hpp"
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// Exact diffusion: adapt, correct, combine.
///
///     Ψ⁺ = X − η G;    Φ = Ψ⁺ + X − Ψ;    X ← ½ (I + W) Φ;    Ψ ← Ψ⁺        Ψ = X at first
///
/// Yuan, Ying, Zhao, Sayed, "Exact Diffusion for Distributed Optimization and Learning, Part I: Algorithm Development",
/// IEEE Transactions on Signal Processing 67(3), 2019, arXiv:1702.05122. The recursion is that of NIDS, but the first
/// step is combined, too. Without noise it converges to the minimum itself if H = 1. With more local steps it converges
/// to the point where the displacements of all nodes cancel, which is not the minimum.
/// Shapes  W is fixed and symmetric: with a directed one the recursion may diverge for every small η.
/// Steps   with a schedule, each gradient is multiplied by the step size of its own round. A change moves the limit: it is
///         the minimum only once the step size stays the same.
/// Cost    per round and node: H gradients; deg(i) payloads sent and as many received.
/// Time    gradient, then messages.
/// Faults  if no message comes from a neighbor, its weight goes to the node's own model; the recursion keeps this
///         error, and the limit moves.
struct ExactDiffusion {
  StepSize step_size = 0.1;  ///< η_k > 0
  LocalSteps local = {};
};
Task exact_diffusion(Node& node, ExactDiffusion settings);

}  // namespace gossamer
