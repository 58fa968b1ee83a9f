#pragma once
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// CoCoD-SGD: a node goes on with local steps during an all-reduce. It then takes the mean and adds these steps to it.
///
///     H times:        m_i ← β m_i + ∇F_i(x_i; ξ_i),   x_i ← x_i − η m_i
///     at a boundary:  A = the mean of all s_j, started at the last boundary;   x_i ← A + (x_i − s_i)
///                     s_i ← x_i;   start the all-reduce of s_i, and continue at once
///
/// Shen, Xu, Liu, Chen, Cheng, "Faster Distributed Deep Net Training: Computation and Communication Decoupled
/// Stochastic Gradient Descent", IJCAI 2019, arXiv:1906.12043. At the first boundary no mean has been started, and x_i
/// stays. The mean of all models follows the mean gradient, as in local SGD.
/// Cost    per period and node: H gradients, one all-reduce of a payload.
/// Time    as Overlap local SGD: a period lasts max(H gradients, all-reduce) if all gradients take the same time. No
///         all-reduce is started after the last step.
/// Faults  the mean is over the nodes that are alive when it is taken.
struct CocodSgd {
  StepSize step_size = 0.1;          ///< η_k > 0
  int averaging_period = 8;          ///< H ≥ 1, steps between two boundaries
  double momentum = 0;               ///< β in [0, 1)
  bool longer_first_period = false;  ///< whether the first period has H + 1 steps, as in the code by which
                                     ///< arXiv:2002.09539 compares it with Overlap local SGD
};
Task cocod_sgd(Node& node, CocodSgd settings);

}  // namespace gossamer
