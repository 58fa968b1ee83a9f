#pragma once
#include "algorithms/parts/local_steps.hpp"
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// NIDS: exact decentralized optimization whose step size does not depend on the network.
///
///     X¹ = X⁰ − η G⁰;    X^{k+1} = ½ (I + W) (2 X^k − X^{k−1} − η (G^k − G^{k−1}))
///
/// Li, Shi, Yan, "A Decentralized Proximal-Gradient Method With Network Independent Step-Sizes and Separated
/// Convergence Rates", IEEE Transactions on Signal Processing 67(17), 2019, arXiv:1704.07807, without a non-smooth
/// term. Without noise it converges to the minimum itself for every η < 2/L if H = 1. With more local steps it
/// converges to the point where the displacements of all nodes cancel, which is not the minimum.
/// Shapes  W is fixed and symmetric: with a directed one the recursion may diverge for every small η.
/// Steps   with a schedule, each gradient is multiplied by the step size of its own round. A change moves the limit: it is
///         the minimum only once the step size stays the same.
/// Cost    per round and node: H gradients; deg(i) payloads sent and as many received, none in the first round.
/// Time    gradient, then messages.
/// Faults  if no message comes from a neighbor, its weight goes to the node's own model; the recursion keeps this
///         error, and the limit moves.
struct Nids {
  StepSize step_size = 0.1;  ///< η_k > 0
  LocalSteps local = {};
};
Task nids(Node& node, Nids settings);

}  // namespace gossamer
