#pragma once
#include "algorithms/local_steps.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// D²: decentralized SGD whose limit does not depend on how data differ between nodes.
///
///     X¹ = W (X⁰ − η G⁰);    X^{k+1} = W (2 X^k − X^{k−1} − η (G^k − G^{k−1}))
///
/// Tang, Lian, Yan, Zhang, Liu, "D²: Decentralized Training over Decentralized Data", ICML 2018, arXiv:1803.07068.
/// Without noise it converges to the minimum itself if H = 1; with more local steps to where the displacements of all
/// nodes cancel, which is not the minimum. The paper asks for λ_n(W) > −1/3. Below it
/// diverges for every small η: else make W lazy, where (I + W)/2 is exact diffusion's. At −1/3 itself, as on a ring of
/// even length by thirds, averaging leaves one mode swinging, which the gradients of strongly convex objectives shrink.
/// Shapes  W is fixed and symmetric: otherwise the recursion may diverge for every η.
/// Cost    per round and node: H gradients; deg(i) payloads sent and as many received.
/// Time    gradient, then messages.
/// Faults  the weight of a neighbor from whom nothing comes goes to the node's own; the recursion does not forget it,
///         and the limit moves.
struct D2 {
  double step_size = 0.1;  ///< η > 0
  LocalSteps local = {};
};
Task d2(Node& node, D2 settings);

}  // namespace gossamer
