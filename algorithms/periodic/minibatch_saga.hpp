#pragma once
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// Synchronous SAGA: each step every node takes the gradient of one of its samples, and all take the same step.
///
///     j_i one of node i's samples;  h_i = ∇f_ij(x) − α_ij;  α_ij ← ∇f_ij(x)
///     x ← x − η ((1/n) Σ_i h_i + ᾱ);   ᾱ ← ᾱ + (1/N) Σ_i h_i                N: number of all samples, all α are 0 at first
///
/// Defazio, Bach, Lacoste-Julien, "SAGA: A Fast Incremental Gradient Method With Support for Non-Strongly Convex Composite
/// Objectives", NeurIPS 2014, arXiv:1407.0202; on one node it is SAGA itself.
/// Cost    per step and node: the gradient of one sample; one all-reduce. A node keeps a vector for each of its samples.
/// Time    a barrier every step; at the start an all-reduce of a number.
/// Faults  a step is with the nodes that are alive. A node that has restarted without its state has forgotten its α.
struct MinibatchSaga {
  StepSize step_size = 0.1;  ///< η_k > 0
};
Task minibatch_saga(Node& node, MinibatchSaga settings);

}  // namespace gossamer
