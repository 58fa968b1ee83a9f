#pragma once
#include "algorithms/parts/client_sampler.hpp"
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// SCAFFOLD: federated averaging whose clients correct the drift of their local steps by control variates.
///
///     server     S by a sampler;  (x, c) to every client of S
///     client i   y = x;  K times: y ← y − η (∇F_i(y; ξ) − c_i + c)
///                I:   c_i⁺ = ∇f_i(x), the gradient over all its samples
///                II:  c_i⁺ = c_i − c + (x − y)/(K η)
///                (y − x, c_i⁺ − c_i) to the server;  c_i ← c_i⁺
///     server     x ← x + (η_g/|S|) Σ_{i ∈ S} (y_i − x);   c ← c + (1/n) Σ_{i ∈ S} (c_i⁺ − c_i)
///
/// Karimireddy, Kale, Mohri, Reddi, Stich, Suresh, "SCAFFOLD: Stochastic Controlled Averaging for Federated Learning",
/// ICML 2020, arXiv:1910.06378, Algorithm 1. All control variates are zero at first. n counts all clients.
/// With all clients and η_g = 1, the fixed point is the minimum itself, and c_i = ∇f_i(x*), for every K.
/// Cost    per round and chosen client: K gradients, and one over all samples with option I; two payloads down, two up.
/// Time    a barrier over the chosen clients; the others idle.
/// Result  the server's model.
/// Faults  as federated averaging.
struct Scaffold {
  enum class Option { gradient, path };

  StepSize step_size = 0.1;      ///< η_k > 0, of clients
  int local_steps = 8;           ///< K ≥ 1
  double server_step = 1;        ///< η_g > 0
  SamplerChoice sampler = {};    ///< S
  Option option = Option::path;  ///< II; or I
};
Task scaffold(Node& node, Scaffold settings);

}  // namespace gossamer
