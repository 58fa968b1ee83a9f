#pragma once
#include "algorithms/parts/optimizer.hpp"
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// Synchronous SGD: all nodes average their gradients, then all take the same step.
///
///     ḡ = (1/n) Σ_i ∇F_i(x; ξ_i);   x ← step of an optimizer along ḡ        (the same x on every node)
///
/// The optimizer is SGD, or another one, such as Adam.
/// Equals SGD on one machine with an n-fold batch. Goyal et al., "Accurate, Large Minibatch SGD: Training ImageNet in
/// 1 Hour", 2017, arXiv:1706.02677, Section 3.
/// Cost    per round and node: one gradient, one all-reduce of a payload.
/// Time    a barrier every step: a round lasts as long as the slowest gradient, then the all-reduce.
/// Faults  ḡ is the mean over the nodes that are alive. A node that restarts has missed steps. If it kept its state,
///         its model differs from the others' by the sum of these steps. If not, it starts from its initial parameters,
///         and no later step removes the difference. `local_sgd` with H = 1 takes the same steps and repairs both
///         cases.
struct AllReduceSgd {
  StepSize step_size = 0.1;        ///< η_k > 0
  OptimizerChoice optimizer = {};  ///< of the steps along ḡ
};
Task all_reduce_sgd(Node& node, AllReduceSgd settings);

}  // namespace gossamer
