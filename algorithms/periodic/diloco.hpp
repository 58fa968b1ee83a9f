#pragma once
#include "algorithms/parts/optimizer.hpp"
#include "algorithms/parts/outer_optimizer.hpp"
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// DiLoCo: local steps, then a step of an outer optimizer along the mean way that the nodes went.
///
///     round:    H times:  x_i ← step of the inner optimizer along ∇F_i(x_i; ξ_i)        from x_i = x;   D_i = x − x_i
///     plain     x ← outer.step(x, mean of all D_j)
///     delayed   x ← outer.step(x, mean of all D_j of the last round)                 nothing in the first round
///     eager     x_i ← outer_i.step(x_i, D_i/n + Σ_{j≠i} D_j/n, those of the others from the last round)
///
/// Douillard, Feng, Rusu, et al., "DiLoCo: Distributed Low-Communication Training of Language Models", 2023,
/// arXiv:2311.08105, Algorithm 1: outer SGD with Nesterov momentum, step size 0.7, momentum 0.9, as PyTorch computes
/// it; inner AdamW, whose state stays with its node. The inner optimizer is SGD by default. Delayed and eager: Kale, Douillard, Donchev, "Eager Updates For Overlapped Communication and Computation in
/// DiLoCo", 2025, arXiv:2502.12996. The next round starts from the new x: the end of the local steps is in D_i.
/// With outer step size 1 and without momentum, plain DiLoCo is local SGD; without look-ahead it is SlowMo.
/// On quadratics x converges to the fixed point of local SGD. For a mode in which a round of local steps contracts by
/// 1 − b, plain DiLoCo is stable exactly if (outer step size) b < (2 + 2β)/(1 + 2β), or 2 + 2β without look-ahead;
/// delayed with 0.7 and 0.9 only if b < 0.362. Eager models differ for ever; with n = 1 they are those of DiLoCo.
/// In published code (EXO Gym) the first period is one step longer, see `longer_first_period`.
/// Cost    per round and node: H gradients, one all-reduce of a payload.
/// Time    plain: a barrier, H gradients of the slowest node and the all-reduce. Delayed, eager: the all-reduce is in
///         flight during the next round, which lasts the longer of both. No all-reduce is started after the last step.
/// Faults  the mean is over the nodes that are alive; n stays. Plain: D_i is the node's own start minus the mean of the
///         ends, so that a node that restarts elsewhere comes back to the others.
struct DiLoCo {
  enum class Mode { plain, delayed, eager };

  StepSize step_size = 0.1;  ///< η_k > 0
  int averaging_period = 8;  ///< H ≥ 1, steps in a round
  OuterOptimizerChoice outer = OuterStep{.step_size = 0.7, .momentum = 0.9, .nesterov = true};
  Mode mode = Mode::plain;
  bool longer_first_period = false;  ///< whether the first period has H + 1 steps
  OptimizerChoice optimizer = {};    ///< of the local steps; its state is neither averaged nor reset
};
Task diloco(Node& node, DiLoCo settings);

}  // namespace gossamer
