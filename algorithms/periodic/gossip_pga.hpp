#pragma once
#include "algorithms/parts/local_steps.hpp"
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// Gossip with periodic global averaging: D-PSGD, but every P-th round takes the mean of all models.
///
///     X½ = X − η G;    X ← J X½ if P divides k + 1, with J = 11ᵀ/n;    else X ← W(k) X½
///
/// Chen, Yuan, Zhang, Pan, Xu, Yin, "Accelerating Gossip SGD with Periodic Global Averaging", ICML 2021,
/// arXiv:2105.09080, Algorithm 1. P = 1 is parallel SGD, P = ∞ D-PSGD; W = I is local SGD.
/// Cost    per round and node: H gradients; deg(i) payloads, or one all-reduce.
/// Time    gradient, then messages; a barrier every P rounds.
/// Faults  as D-PSGD; the global mean is over the nodes that are alive.
struct GossipPga {
  StepSize step_size = 0.1;  ///< η_k > 0
  int global_period = 6;     ///< P ≥ 1, rounds between two global averagings
  LocalSteps local = {};
};
Task gossip_pga(Node& node, GossipPga settings);

}  // namespace gossamer
