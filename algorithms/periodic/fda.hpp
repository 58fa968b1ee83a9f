#pragma once
#include "algorithms/parts/variance_monitor.hpp"
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// Federated dynamic averaging: all models are averaged when an estimate of their variance exceeds a threshold.
///
///     u_i = x_i − w0, the drift since the last averaging;   Var = (1/n) Σ_i ‖x_i − x̄‖² = mean ‖u_i‖² − ‖ū‖²
///     every step:  x_i ← x_i − η ∇F_i(x_i; ξ_i);  est = H(mean of the nodes' states);  if est > Θ:  w0, x_i ← x̄
///
///     naive        state ‖u_i‖²                       H = its mean
///     linear       state (‖u_i‖², ⟨ζ, u_i⟩)           H = mean ‖u_i‖² − (mean ⟨ζ, u_i⟩)²;  ζ = unit vector along the last
///                                                     move of w0, and a random direction before the first
///     sketch       state (‖u_i‖², AMS sketch of u_i)  H = mean ‖u_i‖² − M₂/(1 + 1/√m);  M₂ ≈ ‖ū‖² by the mean sketch
///     exact        the models themselves              H = Var
///     geometric    whether ‖u_i‖² > Θ                 all models are averaged if it holds on any node
///
/// Per layer, layer l of d_l coordinates has the threshold Θ d_l/d for its own variance and is averaged alone. The layers'
/// variances sum to Var, so that Var ≤ Θ holds as well.
///
/// Theologitis, Frangias, Anestis, Samoladas, Deligiannakis, "Communication-Efficient Distributed Deep Learning via
/// Federated Dynamic Averaging", EDBT 2025, arXiv:2405.20988. `geometric`: Kamp et al., "Efficient Decentralized Deep
/// Learning by Dynamic Model Averaging", ECML PKDD 2018.
/// H ≥ Var always with naive, linear, exact and geometric, so that Var ≤ Θ after every step; with the sketch it holds with
/// high probability. Θ = 0 is synchronous SGD, Θ = ∞ n independent runs. Model averages are over equal weights.
/// Cost    per step: one gradient; an all-reduce of 1, 2, 1 + l m or 1 numbers of 8 bytes for each layer that is watched,
///         or of a payload; and an all-reduce of a payload, or of the layers' part of it, when a threshold is exceeded.
/// Time    a barrier every step.
/// Faults  means are over the nodes that are alive. A node that has restarted differs from the others until the next
///         averaging.
struct Fda {
  StepSize step_size = 0.1;  ///< η_k > 0
  double threshold = 1;      ///< Θ ≥ 0
  bool per_layer = false;    ///< whether each layer has its share of Θ and is averaged alone
  MonitorChoice monitor = LinearMonitor{};
  double momentum = 0;  ///< β in [0, 1), kept by each node and not averaged
};
Task fda(Node& node, Fda settings);

}  // namespace gossamer
