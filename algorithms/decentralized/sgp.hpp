#pragma once
#include "algorithms/parts/local_steps.hpp"
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// Stochastic gradient push: decentralized SGD on directed graphs, with push-sum to keep the mean.
///
///     x_i ← x_i − η ∇F_i(z_i; ξ_i)                       at the de-biased model z, on the numerator x
///     x_i ← Σ_j p_ij(k) x_j;  w_i ← Σ_j p_ij(k) w_j      w = 1 at first
///     z_i ← x_i / w_i
///
/// Assran, Loizou, Ballas, Rabbat, "Stochastic Gradient Push for Distributed Deep Learning", ICML 2019,
/// arXiv:1811.10792, Algorithm 1. The topology's matrix is P: its columns sum to one, its rows need not.
/// Cost    per round and node: H gradients; one payload and 8 bytes of weight to each out-neighbor.
/// Time    gradient, then messages. A node waits for its in-neighbors alone.
/// Faults  a lost message reduces the sums: nodes then agree on a weighted mean.
struct Sgp {
  StepSize step_size = 0.1;  ///< η_k > 0
  LocalSteps local = {};
};
Task sgp(Node& node, Sgp settings);

}  // namespace gossamer
