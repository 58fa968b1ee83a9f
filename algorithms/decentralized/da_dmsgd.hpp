#pragma once
#include "algorithms/parts/local_steps.hpp"
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// Doubly averaged momentum SGD: both models and momenta are averaged.
///
///     h_i = β m_i + ∇F_i(x_i; ξ_i);   x_i ← Σ_j w_ij (x_j − η h_j);   m_i ← Σ_j w_ij h_j        m = 0 at first
///
/// Yu, Jin, Yang, "On the Linear Speedup Analysis of Communication Efficient Momentum SGD for Distributed Non-Convex
/// Optimization", ICML 2019, arXiv:1905.03817.
/// Cost    per round and node: H gradients; two payloads to each neighbor.
/// Time    gradient, then messages.
/// Faults  if no message comes from a neighbor, its weight goes to the node's own model; the mean is not kept.
struct DaDmsgd {
  StepSize step_size = 0.1;  ///< η_k > 0
  double momentum = 0.9;     ///< β in [0, 1)
  LocalSteps local = {};
};
Task da_dmsgd(Node& node, DaDmsgd settings);

}  // namespace gossamer
