#pragma once
#include "algorithms/registry.hpp"
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace own {
using namespace gossamer;

/// Decentralized SGD with local steps: every node takes H steps, then averages with its neighbors.
///
///     x_i ← x_i − η ∇F_i(x_i; ξ_i), H times;   x_i ← Σ_j w_ij x_j
///
/// Cost    per round and node: H gradients; one payload to each neighbor and one from each.
/// Time    neighbors wait for each other, so a straggler's delay spreads one hop per round.
struct MyAlgorithm {
  StepSize step_size = 0.1;  ///< η_k > 0: a constant, or a schedule
  int local_steps = 1;       ///< H ≥ 1
};
Task my_algorithm(Node& node, MyAlgorithm settings);

/// Its name, settings and needs, as experiment files and messages have them.
AlgorithmEntry my_algorithm_entry();

}  // namespace own
