#pragma once
#include <optional>
#include "algorithms/schedules/step_size.hpp"

#include "algorithms/parts/adam.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// DES-LOC: steps of Adam, where models and both moments are averaged over all nodes, each with a period of its own.
///
///     step t = 1, 2, …:  g_i ← min(1, ρ/‖g_i‖) g_i   with g_i = ∇F_i(x_i; ξ_i)
///                        u_i ← β₁ u_i + (1 − β₁) g_i;   v_i ← β₂ v_i + (1 − β₂) g_i²
///                        x_i ← x_i − η u_i / (√v_i + ε)
///                        x_i ← (1/n) Σ_j x_j if K_x divides t;  the same for u_i with K_u, and for v_i with K_v
///
/// Iacob et al., "DES-LOC: Desynced Low Communication Adaptive Optimizers for Training Foundation Models", ICLR 2026,
/// arXiv:2505.22549. The paper averages at the begin of a step; this is the same, if the gradient is taken at the
/// averaged model. With equal periods it is Local Adam that averages its moments.
/// Cost    per step and node: one gradient; 1/K_x + 1/K_u + 1/K_v all-reduces of a payload.
/// Time    a barrier at every averaging.
/// Faults  the mean is over the nodes that are alive. A node that starts again has no moments of its own.
struct DesLoc {
  StepSize step_size = 1e-3;        ///< η_k > 0
  int model_period = 8;             ///< K_x ≥ 1
  int first_moment_period = 24;     ///< K_u ≥ 1, recommended: 3 K_x
  int second_moment_period = 48;    ///< K_v ≥ 1, recommended: 6 K_x
  std::optional<double> clip = {};  ///< ρ > 0; empty: gradients are not clipped
  Adam::Settings adam = {.bias_correction = false};
};
Task des_loc(Node& node, DesLoc settings);

}  // namespace gossamer
