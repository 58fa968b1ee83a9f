#pragma once
#include "algorithms/parts/aggregation.hpp"
#include "algorithms/parts/client_sampler.hpp"
#include "algorithms/parts/optimizer.hpp"
#include "algorithms/parts/outer_optimizer.hpp"
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// FedOpt: rounds in which a server sends its model to some of its clients, which take local steps. The server then takes
/// the mean of their models, or steps with an optimizer of its own (ServerOpt) along x − mean, its pseudo-gradient.
///
///     server     S by a sampler, such as ⌊C n + ½⌋ random ones of the n clients;  x to every client of S
///     client i   w = x;  H times: w ← step of ClientOpt along ∇F_i(w; ξ);  w to the server
///     server     x ← ServerOpt(x, Σ_{i ∈ S} m_i w_i / Σ_{i ∈ S} m_i),    m_i: samples of client i; or another
///                combination of all w_i, such as their coordinates' medians
///
/// Reddi, Charles, Zaheer, Garrett, Rush, Konečný, Kumar, McMahan, "Adaptive Federated Optimization", ICLR 2021,
/// arXiv:2003.00295, Algorithm 1. ClientOpt, an optimizer of local steps, begins each round anew. ServerOpt is an outer
/// optimizer. `fed_avg`, `fed_avgm`, `fed_adagrad`, `fed_adam` and `fed_yogi` are FedOpt with one ServerOpt each. With
/// μ > 0, see `fed_prox`, clients take steps of SGD along ∇F_i(w; ξ) + μ (w − x). With a time limit a client sends its
/// model after the first step that ends past the limit.
/// Cost    per round and chosen client: H gradients; one payload down, one up.
/// Time    a barrier over the chosen clients; the others idle.
/// Result  the server's model.
/// Faults  the server chooses clients that are up. A client that goes down misses its round. A client whose messages are
///         lost gets the model again, and begins its round anew.
struct FedOpt {
  StepSize step_size = 0.1;                         ///< η_k > 0
  int local_steps = 8;                              ///< H ≥ 1
  SamplerChoice sampler = {};                       ///< S
  double proximal = 0;                              ///< μ ≥ 0
  AggregationChoice aggregation = WeightedMean{};   ///< of the models w_i, with the weights m_i
  Seconds time_limit{0};                            ///< of a client's local steps; 0: none
  OptimizerChoice optimizer = {};                   ///< ClientOpt, if μ = 0
  OuterOptimizerChoice server = ToEnd::Settings{};  ///< ServerOpt
};
Task fed_opt(Node& node, FedOpt settings);

}  // namespace gossamer
