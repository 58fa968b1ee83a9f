#pragma once
#include "algorithms/parts/local_steps.hpp"
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// MATCHA: decentralized SGD on a random part of the graph, its matchings drawn each round within a budget.
///
///     X ← W(k) (X − η G),    W(k) = I − α Σ_j B_j(k) L_j,    B_j(k) ~ Bernoulli(p_j), the same on all nodes
///
/// Wang, Sahu, Yang, Joshi, Kar, "MATCHA: Speeding Up Decentralized SGD via Matching Decomposition Sampling",
/// arXiv:1905.09435. Matchings, probabilities and α are those of the topology `matcha`. The nodes run D-PSGD in the
/// order adapt, then combine. If no matching with an edge of the node is drawn, the node's round is local.
/// Cost    per round and node: H gradients; Σ_j p_j payloads at most, in expectation.
/// Time    gradient, then at most one message for each drawn matching.
/// Faults  as D-PSGD.
struct Matcha {
  StepSize step_size = 0.1;  ///< η_k > 0
  LocalSteps local = {};
};
Task matcha(Node& node, Matcha settings);

}  // namespace gossamer
