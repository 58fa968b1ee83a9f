#pragma once
#include <memory>

#include "algorithms/parts/local_steps.hpp"
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// QDGD: decentralized gradient descent on compressed models, with a second step size against their noise.
///
///     x_i ← (1 − γ + γ w_ii) x_i + γ Σ_{j≠i} w_ij Q(x_j) − γ η ∇F_i(x_i; ξ_i)
///
/// Reisizadeh, Mokhtari, Hassani, Pedarsani, "An Exact Quantized Decentralized Gradient Descent Algorithm", IEEE
/// Transactions on Signal Processing 67(19), 2019, arXiv:1806.11536. γ = 1 without a compressor is D-PSGD. Exact only
/// in the limit of vanishing γ and η.
/// Cost    per round and node: H gradients; one code sent to each neighbor.
/// Time    messages are in flight while the gradient is computed.
/// Faults  if no message comes from a neighbor, its weight goes to the node's own code; the mean is not kept.
struct Qdgd {
  StepSize step_size = 0.1;   ///< η_k > 0
  double consensus_step = 1;  ///< γ in (0, 1]
  std::shared_ptr<const Codec> compressor = {};
  LocalSteps local = {};
};
Task qdgd(Node& node, Qdgd settings);

}  // namespace gossamer
