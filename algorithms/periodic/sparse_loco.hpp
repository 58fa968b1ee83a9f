#pragma once
#include "algorithms/parts/optimizer.hpp"
#include "algorithms/parts/outer_optimizer.hpp"
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// SparseLoCo: local steps, then an outer step along sparse pseudo-gradients with error feedback.
///
///     H times:  x_i ← step of the optimizer along ∇F_i(x_i; ξ_i)        from x_i = x
///     then:     e_i ← γ e_i + (x − x_i);   q_i = the k largest coordinates of each chunk of e_i;   e_i ← e_i − q_i
///               x ← step of the outer optimizer along (1/n) Σ_j q_j;   x − α (1/n) Σ_j q_j in the paper
///
/// The same x is on every node. Means over senders divide each coordinate by the number of nodes that sent it, as the
/// authors' earlier code does, and not by n. With k = chunk it is DiLoCo with the same optimizers.
/// Sarfi, Thérien, Lidin, Belilovsky, "Communication Efficient LLM Pre-training with SparseLoCo", 2025, arXiv:2508.15706.
/// Unlike the paper values are not quantized, and the optimizer of local steps is SGD if no other is given.
/// Cost    per round and node: H gradients; an all-gather of k values and positions for each chunk.
/// Time    a barrier every H steps.
/// Faults  the mean is over the nodes that are alive. A node that restarts has missed steps, as in `all_reduce_sgd`.
struct SparseLoco {
  StepSize step_size = 0.1;                  ///< η_k > 0
  int averaging_period = 8;                  ///< H ≥ 1, steps of a round
  OuterOptimizerChoice outer = OuterStep{};  ///< of the step along the mean
  double decay = 0.95;                       ///< γ in [0, 1], of the error
  Index chunk = 4096;                        ///< ≥ 1
  Index k = 64;                              ///< k ≥ 1
  bool over_senders = false;                 ///< whether means are over the nodes that sent a coordinate
  OptimizerChoice optimizer = {};            ///< of the local steps
};
Task sparse_loco(Node& node, SparseLoco settings);

}  // namespace gossamer
