#pragma once
#include <functional>

#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// FedOpt: rounds in which a server sends its model to a few random clients, which take local steps; the server steps
/// with an optimizer of its own (ServerOpt) to the mean of their models, or along x − mean, its pseudo-gradient.
///
///     server     S random: max(1, ⌊C n + ½⌋) of the n clients;  x to every client of S
///     client i   w = x;  H times: w ← w − η (∇F_i(w; ξ) + μ (w − x));  w to the server
///     server     x ← ServerOpt(x, Σ_{i ∈ S} m_i w_i / Σ_{i ∈ S} m_i),    m_i: samples of client i; or equal weights
///
/// Reddi, Charles, Zaheer, Garrett, Rush, Konečný, Kumar, McMahan, "Adaptive Federated Optimization", ICLR 2021,
/// arXiv:2003.00295, Algorithm 1, whose clients take SGD steps here. With a time limit a client sends its model after the
/// first step that ends past the limit.
/// Faults  the server chooses clients that are up. A client that goes down misses its round. A client whose messages are
///         lost gets the model again, and begins its round anew.
struct FedOpt {
  StepSize step_size = 0.1;   ///< η_k > 0
  int local_steps = 8;        ///< H ≥ 1
  double participation = 1;   ///< C in (0, 1]
  double proximal = 0;        ///< μ ≥ 0
  bool weigh_samples = true;  ///< whether client i has the weight m_i
  Seconds time_limit{0};      ///< of a client's local steps; 0: none
};

/// The server's next model, from its model x and the mean of the clients' models. It may keep a state.
using ServerOptimizer = std::function<Params(const Params& x, const Params& mean)>;

Task fed_opt_server(Node& node, FedOpt rounds, ServerOptimizer optimizer);
Task fed_opt_client(Node& node, FedOpt rounds);

}  // namespace gossamer
