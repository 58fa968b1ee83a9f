#pragma once
#include "algorithms/parts/optimizer.hpp"
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// SPARTA: after every step all nodes take the mean of a few coordinates of their models, which they pick together.
///
///     x_i ← step of the optimizer along ∇F_i(x_i; ξ_i);   x_i ← (1/n) Σ_j x_j in the coordinates of step t's set, unchanged in all others
///
/// A random set has each coordinate with probability p. A cyclic set is one of ⌈1/p⌉ parts of the coordinates, in turn.
/// All nodes draw the same sets, so a set is not sent. With p = 1 it is averaging in every step.
/// If the optimizer is SGD, and gradients are noise of variance s² in each coordinate, E Σ_i (x_i − x̄)² = (n − 1) η² s² (1 − p)/p after averaging.
/// Exo Labs, "SPARTA: Distributed Training with Sparse Parameter Averaging", 2025, as in the code of EXO Gym. Unlike the
/// code, which sends the random set from node 0, no message is charged for it. The code's p is 0.005.
/// Cost    per step and node: one gradient, one all-reduce of p payloads.
/// Time    a barrier every step, with a short all-reduce.
/// Faults  the mean is over the nodes that are alive. Sets follow the number of steps that a node has made. Nodes that
///         have made different numbers of steps contribute models to one mean, and take different sets of it.
struct Sparta {
  enum class Selection { random, cyclic };

  StepSize step_size = 0.1;  ///< η_k > 0
  double fraction = 0.1;     ///< p in (0, 1]
  Selection selection = Selection::random;
  OptimizerChoice optimizer = {};  ///< of the steps
};
Task sparta(Node& node, Sparta settings);

}  // namespace gossamer
