#pragma once
#include <memory>

#include "algorithms/parts/local_steps.hpp"
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// ECD-PSGD: extrapolation compression. Neighbors keep estimates x̃, in which a new message counts less from round to
/// round.
///
///     x½_i = Σ_j w_ij x̃_j − η ∇F_i(x_i; ξ_i);    z_i = (1 − t/2) x_i + (t/2) x½_i;    x_i ← x½_i
///     x̃_j ← (1 − 2/t) x̃_j + (2/t) Q(z_j) for j = i and every neighbor            t = 1, 2, … the round
///
/// Tang, Gan, Zhang, Zhang, Liu, "Communication Compression for Decentralized Training", NeurIPS 2018,
/// arXiv:1803.06443, Algorithm 2. A node keeps x̃_j of itself and of each neighbor, which one round of full models
/// initializes. z grows with t, and so does the error of Q: the method is fragile.
/// Shapes  W is fixed.
/// Cost    per round and node: H gradients; one code sent to each neighbor.
/// Time    gradient, then messages.
/// Faults  if z is lost, the estimate does not change until the next z. If a full model of the first round is lost, the
///         receiver uses its own. x̃_j then differs from node to node, and the mean is not kept. A node that starts anew
///         without its state takes the extrapolations of its neighbors for their models.
struct EcdPsgd {
  StepSize step_size = 0.1;  ///< η_k > 0
  std::shared_ptr<const Codec> compressor = {};
  LocalSteps local = {};
};
Task ecd_psgd(Node& node, EcdPsgd settings);

}  // namespace gossamer
