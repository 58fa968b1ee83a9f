#pragma once
#include "algorithms/parts/local_steps.hpp"
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// Overlap stochastic gradient push, τ-OSGP: a node's shares are in flight while its neighbors make τ more steps.
///
///     every step:     x_i ← x_i − η ∇F_i(z_i; ξ_i)
///     every τ steps:  send shares of (x_i, w_i) as in SGP, and add those that the neighbors sent τ steps ago
///     z_i ← x_i / w_i
///
/// Assran, Loizou, Ballas, Rabbat, "Stochastic Gradient Push for Distributed Deep Learning", ICML 2019,
/// arXiv:1811.10792, Section 4. In the paper a node adds a message when it notices it, at the latest after τ steps.
/// Here it adds it always after τ steps, so that the models do not depend on speeds. The sums include messages in
/// flight.
/// Cost    per τ steps and node: τ gradients; one payload and 8 bytes of weight to each out-neighbor.
/// Time    a message has τ steps to arrive before its receiver waits for it.
/// Faults  as SGP.
struct OverlapSgp {
  StepSize step_size = 0.1;  ///< η_k > 0
  int overlap = 1;           ///< τ ≥ 1, steps that a message may take
  LocalSteps local = {};
};
Task overlap_sgp(Node& node, OverlapSgp settings);

}  // namespace gossamer
