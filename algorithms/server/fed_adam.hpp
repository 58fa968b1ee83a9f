#pragma once
#include <optional>

#include "algorithms/parts/adam.hpp"
#include "algorithms/parts/fed_opt.hpp"

namespace gossamer {

/// FedAdam: the rounds of federated averaging, with Adam's step at the server.
///
///     round:  Δ = Σ_{i ∈ S} m_i w_i / Σ_{i ∈ S} m_i − x        w_i: client i's model after H local steps from x
///             u ← β₁ u + (1 − β₁) Δ;   v ← β₂ v + (1 − β₂) Δ²;   x ← x + η_s u / (√v + τ)
///
/// u = 0 and v = v₋₁ at first, without bias correction. Reddi, Charles, Zaheer, Garrett, Rush, Konečný, Kumar, McMahan,
/// "Adaptive Federated Optimization", ICLR 2021, arXiv:2003.00295, Algorithm 2, where v₋₁ ≥ τ². Published code (Flower)
/// starts from v₋₁ = 0. With `weigh_samples` false all chosen clients count alike, as in that algorithm.
/// Cost    per round and chosen client: H gradients; one payload down, one up.
/// Time    a barrier over the chosen clients; the others idle.
/// Result  the server's model.
/// Faults  as federated averaging.
struct FedAdam {
  FedOpt rounds = {};
  double server_step = 0.1;                 ///< η_s > 0
  double first_decay = 0.9;                 ///< β₁ in [0, 1)
  double second_decay = 0.99;               ///< β₂ in [0, 1)
  double adaptivity = 1e-3;                 ///< τ > 0
  std::optional<double> second_start = {};  ///< v₋₁ ≥ 0; not given: τ²
};
Task fed_adam(Node& node, FedAdam settings);

}  // namespace gossamer
