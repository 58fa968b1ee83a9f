#pragma once
#include "algorithms/parts/optimizer.hpp"
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// Blockwise model-update filtering: local SGD whose averages are filtered by block momentum.
///
///     block:  every node makes H steps from G and ends at x_i;   Δ ← β Δ + ζ (mean of all x_i − G);   W ← W + Δ
///     next:   G = W with classical block momentum,   G = W + β Δ with Nesterov's
///
/// Chen, Huo, "Scalable training of deep learning machines by incremental block training with intra-block parallel
/// optimization and blockwise model-update filtering", ICASSP 2016. Models are reported as G. Its rounds are those of
/// DiLoCo with outer step size ζ and outer momentum β: G follows v = Δ, and G ← G + ζ (mean − G) + β v if it looks
/// ahead. With classical block momentum they are those of SlowMo over local SGD, too. The paper uses β = 1 − 1/n, ζ = 1.
/// Cost, time and faults as DiLoCo.
struct Bmuf {
  StepSize step_size = 0.1;        ///< η_k > 0
  int averaging_period = 8;        ///< H ≥ 1, steps in a block
  double block_step_size = 1;      ///< ζ > 0
  double block_momentum = 0.5;     ///< β in [0, 1)
  bool nesterov = false;           ///< whether the next block starts ahead of W
  OptimizerChoice optimizer = {};  ///< of the local steps
};
Task bmuf(Node& node, Bmuf settings);

}  // namespace gossamer
