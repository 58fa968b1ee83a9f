#pragma once
#include "algorithms/parts/sgd.hpp"
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// PowerSGD: synchronous SGD with gradients of low rank and error feedback. Only factors are averaged.
///
///     M_i = ∇F_i(x; ξ_i) + e_i        the weights of each layer as a matrix of a × b
///     P = (1/n) Σ_j M_j Q;   P ← orthonormal columns that span those of P;   Q ← (1/n) Σ_j M_jᵀ P
///     e_i ← M_i − P Qᵀ;   x ← SGD step along P Qᵀ
///
/// P is a × r and Q is b × r. Q starts from normal draws, the same at all nodes, and is that of the step before. Biases
/// are averaged as they are, with P. Without layers the model is averaged as in `all_reduce_sgd`. If the mean of all M_i
/// has at most the rank r, P Qᵀ is that mean, whatever Q is.
/// Vogels, Karimireddy, Jaggi, "PowerSGD: Practical Low-Rank Gradient Compression for Distributed Optimization",
/// NeurIPS 2019, arXiv:1905.13727, Algorithms 1 and 2. Unlike the paper momentum is that of `Sgd`.
/// Cost    per round and node: one gradient; all-reduces of r Σ a numbers and of r Σ b numbers.
/// Time    a barrier every step, with two short all-reduces.
/// Faults  as `all_reduce_sgd`; a node that starts again has no error, and the first Q.
struct PowerSgd {
  StepSize step_size = 0.1;  ///< η_k > 0
  Index rank = 2;            ///< r ≥ 1
  Sgd::Settings sgd = {};
};
Task power_sgd(Node& node, PowerSgd settings);

}  // namespace gossamer
