#pragma once
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// ProxSkip, in its form for federated learning, Scaffnew: local steps along corrected gradients, and the mean of all
/// models only where a coin that all nodes share shows heads.
///
///     x̂_i = x_i − η (∇F_i(x_i; ξ_i) − h_i)
///     heads, with probability p = 1/H:   x_i ← mean of all x̂_j;   h_i ← h_i + (p/η) (x_i − x̂_i)
///     tails:                             x_i ← x̂_i                               h_i = 0 at first, so that Σ_i h_i = 0
///
/// Mishchenko, Malinovsky, Stich, Richtárik, "ProxSkip: Yes! Local Gradient Steps Provably Lead to Communication
/// Acceleration! Finally!", ICML 2022, arXiv:2202.09357, Algorithm 2. Without noise it converges to the minimum for every
/// H, h_i to ∇f_i(x*): with η ≤ 1/L, Σ_i ‖x_i − x*‖² + (η/p)² Σ_i ‖h_i − ∇f_i(x*)‖² shrinks by max(1 − η μ, 1 − p²) in
/// a step, in expectation. The coin of step t is drawn at an address that all nodes share, and costs nothing.
/// Cost    per step and node: one gradient; an all-reduce of a payload with probability 1/H.
/// Time    a barrier at each head.
/// Faults  the mean is over the nodes that are alive. A node that comes back has missed steps, and counts the coins from
///         its own first step on if it lost its state. Σ_i h_i over all nodes then differs from zero, and the limit
///         moves.
struct ProxSkip {
  StepSize step_size = 0.1;  ///< η_k > 0
  int averaging_period = 4;  ///< H ≥ 1, mean number of steps between two averagings
};
Task proxskip(Node& node, ProxSkip settings);

}  // namespace gossamer
