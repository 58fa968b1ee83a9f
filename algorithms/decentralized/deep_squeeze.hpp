#pragma once
#include <memory>

#include "algorithms/parts/local_steps.hpp"
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// DeepSqueeze: models are sent compressed, and each node adds the compression error to its next message.
///
///     x½_i = x_i − η ∇F_i;   v_i = x½_i + e_i;   c_i = Q(v_i);   e_i ← v_i − c_i
///     x_i ← x½_i + γ (Σ_j w_ij c_j − c_i)                                            e = 0 at first
///
/// Tang, Lian, Qiu, Yuan, Zhang, Zhang, Liu, "DeepSqueeze: Decentralization Meets Error-Compensated Compression", 2019,
/// arXiv:1907.07346. The mean of the models is that of SGD with the mean gradient, for every Q.
/// Cost    per round and node: H gradients; one code sent to each neighbor.
/// Time    gradient, then messages.
/// Faults  if no message comes from a neighbor, its weight goes to the node's own code; the mean is not kept.
struct DeepSqueeze {
  StepSize step_size = 0.1;   ///< η_k > 0
  double consensus_step = 1;  ///< γ in (0, 1]
  std::shared_ptr<const Codec> compressor = {};
  LocalSteps local = {};
};
Task deep_squeeze(Node& node, DeepSqueeze settings);

}  // namespace gossamer
