#pragma once
#include "algorithms/parts/adam.hpp"
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// Local Adam: each round every node takes H steps of AdamW, then all nodes take the mean of all models.
///
///     H times:  u_i, v_i, x_i ← AdamW with ∇F_i(x_i; ξ_i), see `Adam`
///     then:     x_i ← (1/n) Σ_j x_j
///               keep:     u_i, v_i and the step number t_i stay with their node
///               average:  u_i ← (1/n) Σ_j u_j,  v_i ← (1/n) Σ_j v_j;  t_i stays
///               reset:    u_i = v_i = 0,  t_i = 0
///
/// The moments are averaged as they are, v and not its root. Averages in every step are not Adam on the mean gradient:
/// the mean of squares is not the square of the mean.
/// Iacob et al., "DES-LOC: Desynced Low Communication Adaptive Optimizers for Training Foundation Models", ICLR 2026,
/// arXiv:2505.22549, names the method that averages; keeping is the inner optimizer of Douillard et al., "DiLoCo:
/// Distributed Low-Communication Training of Language Models", 2023, arXiv:2311.08105.
/// Cost    per round and node: H gradients, one all-reduce of a payload; three if the moments are averaged.
/// Time    a barrier every H steps: a round lasts as long as the slowest node's H gradients, then the all-reduces.
/// Faults  the mean is over the nodes that are alive. A node that starts again has no moments of its own.
struct LocalAdam {
  enum class Moments { keep, average, reset };

  StepSize step_size = 1e-3;           ///< η_k > 0
  int averaging_period = 8;            ///< H ≥ 1, steps between two averagings
  Moments moments = Moments::average;  ///< what happens to u_i and v_i at an averaging
  Adam::Settings adam = {};
};
Task local_adam(Node& node, LocalAdam settings);

}  // namespace gossamer
