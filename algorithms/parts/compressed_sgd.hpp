#pragma once
#include <memory>
#include "algorithms/schedules/step_size.hpp"

#include "algorithms/parts/sgd.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// Synchronous SGD with compressed gradients: every node encodes its gradient, gathers the codes of all nodes, and makes
/// the same step along their mean.
///
///     without error feedback:  x ← SGD step along (1/n) Σ_j C(g_j)           g_i = ∇F_i(x; ξ_i)
///     with error feedback:     p_i = e_i + η g_i;   e_i ← p_i − C(p_i);   x ← x − (1/n) Σ_j C(p_j)
///
/// C is a codec. With error feedback all that a node has sent, and its error, add up to the sum of its η g_i.
/// Karimireddy, Rebjock, Stich, Jaggi, "Error Feedback Fixes SignSGD and other Gradient Compression Schemes", ICML 2019,
/// arXiv:1901.09847.
struct CompressedSgd {
  StepSize step_size = 0.1;                 ///< η_k > 0
  std::shared_ptr<const Codec> codec = {};  ///< C; null: gradients travel in full
  Sgd::Settings sgd = {};                   ///< of the step along the mean; not used with error feedback
};
Task compressed_sgd(Node& node, CompressedSgd settings);
Task error_feedback_sgd(Node& node, CompressedSgd settings);

}  // namespace gossamer
