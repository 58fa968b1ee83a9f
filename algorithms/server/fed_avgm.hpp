#pragma once
#include "algorithms/parts/outer_momentum.hpp"
#include "algorithms/server/fed_opt.hpp"

namespace gossamer {

/// Federated averaging with server momentum: the rounds of federated averaging, with momentum at the server.
///
///     round:  Δ = x − Σ_{i ∈ S} m_i w_i / Σ_{i ∈ S} m_i        w_i: client i's model after H local steps from x
///             v ← β v + Δ;   x ← x − η_s v,   or with Nesterov's look-ahead  x ← x − η_s (Δ + β v)     (v = 0 at first)
///
/// Hsu, Qi, Brown, "Measuring the Effects of Non-Identical Data Distribution for Federated Visual Classification", 2019,
/// arXiv:1909.06335, where η_s = 1; Reddi et al., "Adaptive Federated Optimization", ICLR 2021, arXiv:2003.00295, add the
/// server's step size. Without momentum and with η_s = 1 it is federated averaging. With all clients and equal weights it
/// is DiLoCo with SGD inside.
/// Cost    per round and chosen client: H gradients; one payload down, one up.
/// Time    a barrier over the chosen clients; the others idle.
/// Result  the server's model.
/// Faults  as federated averaging.
struct FedAvgM {
  FedOpt rounds = {};
  OuterStep server = {.step_size = 1, .momentum = 0.9, .nesterov = false};  ///< η_s, β
};
Task fed_avgm(Node& node, FedAvgM settings);

}  // namespace gossamer
