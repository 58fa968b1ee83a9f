#pragma once
#include "algorithms/parts/local_steps.hpp"
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// Quasi-global momentum: the momentum averages the differences of a node's successive models, averaging included.
///
///     h = β m_i + ∇F_i;   d = h, or ∇F_i + β h with Nesterov's look-ahead
///     x_i⁺ = Σ_j w_ij (x_j − η d_j);   m_i ← μ m_i + (1 − μ)(x_i − x_i⁺)/η        m = 0 at first
///
/// Lin, Karimireddy, Stich, Jaggi, "Quasi-Global Momentum: Accelerating Decentralized Deep Learning on Heterogeneous
/// Data", ICML 2021, arXiv:2102.04761, Algorithm 1. At a fixed point m = 0 and h = ∇F_i. Hence it is the fixed point of
/// D-PSGD in the order adapt, then combine, with the step size η, or (1 + β) η with Nesterov's look-ahead.
/// Cost    per round and node: H gradients; deg(i) payloads sent and as many received; m stays local.
/// Time    gradient, then messages.
/// Faults  if no message comes from a neighbor, its weight goes to the node's own model; the mean is not kept.
struct QgDmsgd {
  StepSize step_size = 0.1;      ///< η_k > 0
  double momentum = 0.9;         ///< β in [0, 1)
  double global_momentum = 0.9;  ///< μ in [0, 1)
  bool nesterov = false;
  LocalSteps local = {};
};
Task qg_dmsgd(Node& node, QgDmsgd settings);

}  // namespace gossamer
