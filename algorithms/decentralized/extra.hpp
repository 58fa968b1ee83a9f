#pragma once
#include "algorithms/parts/local_steps.hpp"
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// EXTRA: decentralized gradient descent with a correction from the step before, which removes the bias.
///
///     X¹ = W X⁰ − η G⁰;    X^{k+2} = (I + W) X^{k+1} − ½ (I + W) X^k − η (G^{k+1} − G^k)
///
/// Shi, Ling, Wu, Yin, "EXTRA: An Exact First-Order Algorithm for Decentralized Consensus Optimization", SIAM Journal
/// on Optimization 25(2), 2015, arXiv:1404.6264, with W̃ = (I + W)/2. Without noise it converges to the minimum itself
/// if H = 1. With more local steps it converges to the point where the displacements of all nodes cancel, which is not
/// the minimum.
/// Shapes  W is fixed and symmetric: with a directed one the recursion may diverge for every small η.
/// Steps   with a schedule, each gradient is multiplied by the step size of its own round. A change moves the limit: it is
///         the minimum only once the step size stays the same.
/// Cost    per round and node: H gradients; deg(i) payloads sent and as many received; W X^k is kept, not sent again.
/// Time    payloads are in flight while the gradient is computed, so a round lasts the longer of the two.
/// Faults  if no message comes from a neighbor, its weight goes to the node's own model; the recursion keeps this
///         error, and the limit moves.
struct Extra {
  StepSize step_size = 0.1;  ///< η_k > 0
  LocalSteps local = {};
};
Task extra(Node& node, Extra settings);

}  // namespace gossamer
