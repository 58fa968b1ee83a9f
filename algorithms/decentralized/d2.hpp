#pragma once
#include "algorithms/parts/local_steps.hpp"
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// D²: decentralized SGD whose limit does not depend on differences between the nodes' data.
///
///     X¹ = W (X⁰ − η G⁰);    X^{k+1} = W (2 X^k − X^{k−1} − η (G^k − G^{k−1}))
///
/// Tang, Lian, Yan, Zhang, Liu, "D²: Decentralized Training over Decentralized Data", ICML 2018, arXiv:1803.07068.
/// Without noise it converges to the minimum itself if H = 1. With more local steps it converges to the point where the
/// displacements of all nodes cancel, which is not the minimum. The paper requires λ_n(W) > −1/3. Below, the method
/// diverges for every small η; a lazy W helps, and (I + W)/2 gives exact diffusion. At −1/3 itself, as on a ring of
/// even length with weights 1/3, one mode keeps oscillating under averaging; gradients of strongly convex objectives
/// damp it.
/// Shapes  W is fixed and symmetric: otherwise the recursion may diverge for every η.
/// Steps   with a schedule, each gradient is multiplied by the step size of its own round. A change moves the limit: it is
///         the minimum only once the step size stays the same.
/// Cost    per round and node: H gradients; deg(i) payloads sent and as many received.
/// Time    gradient, then messages.
/// Faults  if no message comes from a neighbor, its weight goes to the node's own model; the recursion keeps this
///         error, and the limit moves.
struct D2 {
  StepSize step_size = 0.1;  ///< η_k > 0
  LocalSteps local = {};
};
Task d2(Node& node, D2 settings);

}  // namespace gossamer
