#pragma once
#include "algorithms/server/fed_opt.hpp"

namespace gossamer {

/// Federated averaging: each round the server sends its model to a few random clients. These take local steps, and the
/// server averages their models.
///
///     server     S by a sampler, such as ⌊C n + ½⌋ random ones of the n clients;  x to every client of S
///     client i   w = x;  H times: w ← w − η (∇F_i(w; ξ) + μ (w − x));  w to the server
///     server     x ← Σ_{i ∈ S} m_i w_i / Σ_{i ∈ S} m_i,    m_i: samples of client i; or another aggregation
///
/// McMahan, Moore, Ramage, Hampson, Agüera y Arcas, "Communication-Efficient Learning of Deep Networks from
/// Decentralized Data", AISTATS 2017, arXiv:1602.05629, Algorithm 1. Its sum divides by the samples of all clients; for a
/// subset only the sum of its own weights gives a mean. μ > 0 is FedProx: Li, Sahu, Zaheer, Sanjabi, Talwalkar, Smith,
/// "Federated Optimization in Heterogeneous Networks", MLSys 2020, arXiv:1812.06127, Algorithm 2. With a time limit a
/// client sends its model after the first step that ends past the limit, so stragglers make fewer steps, as in FedProx.
/// Cost    per round and chosen client: H gradients; one payload down, one up.
/// Time    a barrier over the chosen clients; the others idle.
/// Result  the server's model.
/// Faults  as FedOpt.
using FedAvg = FedOpt;
Task fed_avg(Node& node, FedAvg settings);

}  // namespace gossamer
