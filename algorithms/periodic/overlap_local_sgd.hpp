#pragma once
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// Overlap local SGD: the all-reduce of the models is in flight while nodes make their next local steps.
///
///     H times:        m_i ← β_l m_i + ∇F_i(x_i; ξ_i),   x_i ← x_i − η m_i
///     at a boundary:  A = the mean that was started at the last boundary;   v ← β v + (A − z),   z ← z + v
///                     x_i ← (1 − α) x_i + α z;   start the all-reduce of x_i, and continue at once
///
/// Wang, Liang, Joshi, "Overlap Local-SGD: An Algorithmic Approach to Hide Communication Delays in Distributed SGD",
/// ICASSP 2020, arXiv:2002.09539. At the first boundary no mean has been started: z = x_i at time zero, v = 0. With
/// β = 0 the anchor z is the last mean, which is one period old. Then (1 − α) x̄ + α z moves by −(1 − α) η ḡ in every
/// step: the effective step size is (1 − α) η. Without gradients Γ shrinks by (1 − α)² in a period.
/// In the authors' code the first boundary comes one step later, see `longer_first_period`.
/// Cost    per period and node: H gradients, one all-reduce of a payload.
/// Time    node i ends period s at T_i(s) = max(T_i(s−1) + its H gradients, R(s−1)), where R(s) = max_j T_j(s) + t is
///         the end of an all-reduce of duration t. So a period lasts max(H gradients, t) if all gradients take the same
///         time. The slack of a period absorbs stragglers, too. No all-reduce is started after the last step.
/// Faults  the mean is over the nodes that are alive when it is taken.
struct OverlapLocalSgd {
  StepSize step_size = 0.1;          ///< η_k > 0
  int averaging_period = 2;          ///< H ≥ 1, steps between two boundaries
  double pullback = 0.6;             ///< α in [0, 1); 0 is SGD on each node alone
  double anchor_momentum = 0.7;      ///< β in [0, 1)
  double momentum = 0;               ///< β_l in [0, 1), of the local steps
  bool longer_first_period = false;  ///< whether the first period has H + 1 steps
};
Task overlap_local_sgd(Node& node, OverlapLocalSgd settings);

}  // namespace gossamer
