#pragma once
#include <memory>

#include "algorithms/parts/local_steps.hpp"
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// DCD-PSGD: difference compression. A model changes only by the codes that were sent, so neighbors keep exact
/// replicas.
///
///     x½_i = Σ_j w_ij x_j − η ∇F_i(x_i; ξ_i);    x_i ← x_i + Q(x½_i − x_i)
///
/// Tang, Gan, Zhang, Zhang, Liu, "Communication Compression for Decentralized Training", NeurIPS 2018,
/// arXiv:1803.06443, Algorithm 1. A node keeps s_i = Σ_j w_ij x_j, which it initializes by one round of full models.
/// Diverges if Q is coarse.
/// Shapes  W is fixed.
/// Cost    per round and node: H gradients; one code sent to each neighbor.
/// Time    gradient, then messages.
/// Faults  a lost difference stays missing from the neighbor's replica, and so from s_i: copies and mean drift. If a
///         full model of the first round is lost, the receiver uses its own. A node that starts anew without its state
///         takes the differences of its neighbors for their models, since the protocol has no other word for them.
struct DcdPsgd {
  StepSize step_size = 0.1;  ///< η_k > 0
  std::shared_ptr<const Codec> compressor = {};
  LocalSteps local = {};
};
Task dcd_psgd(Node& node, DcdPsgd settings);

}  // namespace gossamer
