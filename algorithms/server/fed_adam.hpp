#pragma once
#include "algorithms/parts/adaptive_step.hpp"
#include "algorithms/server/fed_opt.hpp"

namespace gossamer {

/// FedAdagrad, FedAdam, FedYogi: the rounds of federated averaging, with an adaptive step at the server.
///
///     round:  D = x − Σ_{i ∈ S} m_i w_i / Σ_{i ∈ S} m_i        w_i: client i's model after H local steps from x
///             u ← β₁ u + (1 − β₁) D;   FedAdagrad  v ← v + D²
///                                      FedAdam     v ← β₂ v + (1 − β₂) D²
///                                      FedYogi     v ← v − (1 − β₂) D² sign(v − D²)
///             x ← x − η_s u / (√v + τ)
///
/// u = 0 and v = v₋₁ at first, without bias correction. Reddi, Charles, Zaheer, Garrett, Rush, Konečný, Kumar, McMahan,
/// "Adaptive Federated Optimization", ICLR 2021, arXiv:2003.00295, Algorithm 2, where v₋₁ ≥ τ², and where Adagrad has no
/// momentum. Published code (Flower) starts from v₋₁ = 0. With the aggregation `mean` all chosen clients count alike, as
/// in that algorithm.
/// Cost    per round and chosen client: H gradients; one payload down, one up.
/// Time    a barrier over the chosen clients; the others idle.
/// Result  the server's model.
/// Faults  as federated averaging.
struct FedAdam {
  FedOpt rounds = {};
  AdaptiveStep::Settings server = {.rule = AdaptiveStep::Rule::adam};
};
struct FedYogi {
  FedOpt rounds = {};
  AdaptiveStep::Settings server = {.rule = AdaptiveStep::Rule::yogi};
};
struct FedAdagrad {
  FedOpt rounds = {};
  AdaptiveStep::Settings server = {.rule = AdaptiveStep::Rule::adagrad, .first_decay = 0};
};
Task fed_adam(Node& node, FedAdam settings);
Task fed_yogi(Node& node, FedYogi settings);
Task fed_adagrad(Node& node, FedAdagrad settings);

}  // namespace gossamer
