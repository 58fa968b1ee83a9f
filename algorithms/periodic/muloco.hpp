#pragma once
#include "algorithms/parts/muon.hpp"
#include "algorithms/parts/outer_optimizer.hpp"
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// MuLoCo: DiLoCo whose inner optimizer is Muon.
///
///     round:  H times:  x_i ← Muon's step along ∇F_i(x_i; ξ_i), see `Muon`;   then DiLoCo's outer step
///
/// The weights of layers step along orthogonalized momentum M ← β M + (1 − β) G, without look-ahead, by the five steps of
/// MuLoCo-1, times √(rows/columns). AdamW steps all other parameters. A model without layers is AdamW's alone.
/// Thérien, Huang, Rish, Belilovsky, "MuLoCo: Muon is a practical inner optimizer for DiLoCo", 2025, arXiv:2505.23725,
/// with the values of the code of MuLoCo-1.
/// Cost, time and faults as DiLoCo.
struct MuLoCo {
  StepSize step_size = 0.02;  ///< η_k > 0
  int averaging_period = 8;   ///< H ≥ 1, steps in a round; 30 in the code
  OuterOptimizerChoice outer = OuterStep{.step_size = 0.7, .momentum = 0.6, .nesterov = true};
  Muon::Settings muon = {.momentum = 0.95,
                         .nesterov = false,
                         .iteration = Muon::Iteration::muloco,
                         .scale = NewtonSchulz::Scale::spectral};
};
Task muloco(Node& node, MuLoCo settings);

}  // namespace gossamer
