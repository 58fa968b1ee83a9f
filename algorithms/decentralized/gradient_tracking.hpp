#pragma once
#include "algorithms/parts/local_steps.hpp"
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// Gradient tracking: each node steps along its estimate y_i of the mean gradient, which the nodes average, too.
///
///     ATC      X ← W (X − η Y);    Y ← W (Y + G⁺ − G)
///     non-ATC  X ← W X − η Y;      Y ← W Y + G⁺ − G            Y = G at first; G⁺ the gradients at the new X
///
/// ATC: Xu, Zhu, Soh, Xie, "Augmented distributed gradient methods for multi-agent optimization under uncoordinated
/// constant stepsizes", CDC 2015. Non-ATC: Qu, Li, "Harnessing smoothness to accelerate distributed optimization", IEEE
/// Transactions on Control of Network Systems 5(3), 2018, arXiv:1605.07112. Without noise both converge to the minimum
/// itself if H = 1. With more local steps they converge to the point where the displacements of all nodes cancel, which
/// is not the minimum. The non-ATC form needs smaller steps.
/// Shapes  W is doubly stochastic, directed or not, and may change.
/// Steps   a schedule does not move the limit: the minimum is a fixed point for every step size.
/// Cost    per round and node: H gradients; two payloads to each neighbor.
/// Time    ATC: gradient, y, then x, one after the other; non-ATC: gradient, then both.
/// Faults  if no message comes from a neighbor, its weight goes to the node's own x and y; the sum of all y then
///         differs from the sum of the gradients, and the limit moves.
struct GradientTracking {
  enum class Form { atc, non_atc };

  StepSize step_size = 0.1;  ///< η_k > 0
  Form form = Form::atc;
  LocalSteps local = {};
};
Task gradient_tracking(Node& node, GradientTracking settings);

}  // namespace gossamer
