#pragma once
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// EF-signSGD: synchronous SGD with scaled signs and error feedback.
///
///     p_i = e_i + η ∇F_i(x; ξ_i);   e_i ← p_i − C(p_i);   x ← x − (1/n) Σ_j C(p_j)        C(p) = ‖p‖₁/d · sign(p)
///
/// The same x is on every node. The error feedback removes the bias of signs.
/// Karimireddy, Rebjock, Stich, Jaggi, "Error Feedback Fixes SignSGD and other Gradient Compression Schemes", ICML 2019,
/// arXiv:1901.09847, Algorithm 1 on several nodes. Unlike in the authors' code there is one mean for the whole model, not
/// one for each layer.
/// Cost    per round and node: one gradient, an all-gather of d + 32 bits.
/// Time    a barrier every step.
/// Faults  as `all_reduce_sgd`; a node that starts again has no error.
struct EfSignSgd {
  StepSize step_size = 0.1;  ///< η_k > 0
};
Task ef_sign_sgd(Node& node, EfSignSgd settings);

}  // namespace gossamer
