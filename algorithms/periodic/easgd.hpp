#pragma once
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// Elastic averaging SGD, synchronous: every H steps, models and a center pull each other. All nodes keep the center.
///
///     H times:  m_i ← β m_i + ∇F_i(x_i; ξ_i),  x_i ← x_i − η m_i
///     then, with the old values on the right:  x_i ← x_i − α (x_i − z);  z ← z + α Σ_j (x_j − z),  α = ρ/n
///
/// Zhang, Choromanska, LeCun, "Deep learning with Elastic Averaging SGD", NeurIPS 2015, arXiv:1412.6651, Algorithm 1 in its
/// synchronous form; with momentum, EAMSGD. An exchange keeps Σ_i x_i + z. Without gradients differences from the center
/// contract by 1 − α, and the center approaches the mean by 1 − α (n + 1): stable if α (n + 1) < 2.
/// Cost    per round and node: H gradients, one all-reduce of a payload.
/// Time    a barrier every H steps.
/// Result  the center, which is what nodes report.
/// Faults  means are over the nodes that are alive. A node that has restarted without its state has the initial center and
///         keeps another one than the others.
struct Easgd {
  StepSize step_size = 0.1;  ///< η_k > 0
  int period = 4;            ///< H ≥ 1
  double pull = 0.9;         ///< ρ = n α in (0, 1]
  double momentum = 0;       ///< β in [0, 1)
};
Task easgd(Node& node, Easgd settings);

}  // namespace gossamer
