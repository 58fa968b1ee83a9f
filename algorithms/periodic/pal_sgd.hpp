#pragma once
#include "algorithms/parts/outer_optimizer.hpp"
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// Pseudo-asynchronous local SGD: some steps of a node pull its model towards the last mean and compute no gradient.
///
///     H times:  with probability p:  x_i ← x_i − (η/p) λ (x_i − a);   else  x_i ← x_i − η/(1 − p) ∇F_i(x_i; ξ_i)
///     then:     a ← outer step from a along D = a − (1/n) Σ_j x_j;  x_i ← a
///
/// Naganuma et al., "Pseudo-Asynchronous Local SGD: Robust and Efficient Data-Parallel Training", TMLR 2025, arXiv:2504.18454, the variant
/// with a decoupled outer step; a is the model after the last averaging. A step size of 1 without momentum averages. The
/// coin of a step is drawn before the step, by each node. A pull contracts x_i − a by 1 − η λ/p: it overshoots if η λ > p.
/// p = 0 is local SGD.
/// Cost    per round and node: (1 − p) H gradients on average; an all-reduce of a payload, and one of a number, by which
///         all nodes end together.
/// Time    a pull takes none. A barrier every H steps.
/// Faults  means are over the nodes that are alive.
struct PalSgd {
  StepSize step_size = 0.1;       ///< η_k > 0
  int averaging_period = 8;       ///< H ≥ 1
  double pull_probability = 0.2;  ///< p in [0, 1)
  double pull = 0.5;              ///< λ ≥ 0
  OuterOptimizerChoice outer = OuterStep{};
};
Task pal_sgd(Node& node, PalSgd settings);

}  // namespace gossamer
