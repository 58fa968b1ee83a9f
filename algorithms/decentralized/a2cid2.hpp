#pragma once
#include <optional>
#include "algorithms/schedules/step_size.hpp"

#include "sim/node.hpp"

namespace gossamer {

/// A²CiD²: asynchronous gossip, accelerated by a momentum that mixes with the model continuously in time.
///
///     for a time s between two events of a node:   x_i and x̃_i move towards each other, by 1 − exp(−2 η_m s) in all
///     gradient:   x_i ← x_i − η ∇F_i(x̂_i; ξ_i),   x̃_i ← x̃_i − η ∇F_i(x̂_i; ξ_i)      x̂_i is x_i at the gradient's start
///     exchange:   D = x_j − x_i;   x_i ← x_i + D/2,   x̃_i ← x̃_i + α̃ D,   and node j the same with −D
///
/// Nabli, Belilovsky, Oyallon, "A²CiD²: Accelerating Asynchronous Communication in Decentralized Deep Learning",
/// NeurIPS 2023, arXiv:2306.08289, Algorithm 1. The unit of time is that of one gradient. With the Laplacian L of the
/// rates of exchanges per unit, χ₁ = 1/λ₂(L) and χ₂ = max over edges of ½ (e_i − e_j)ᵀ L⁺ (e_i − e_j), the paper takes
/// η_m = 1/(2 √(χ₁ χ₂)) and α̃ = ½ √(χ₁/χ₂): with one exchange of each node per unit 0.289 and 0.988 on a ring of 8 nodes,
/// 0.142 and 1.872 on one of 16; with c of them η_m is c times as large. η_m = 0 is AD-PSGD.
/// If all nodes are mixed up to one time, the mean of all x is that of all x̃.
/// Unlike the paper an exchange takes time, so both sides add increments, which keep Σ_i (x_i + x̃_i). Gradients are taken
/// at the model at their start, as in the authors' code. Exchanges follow each other from the start of a gradient on, and
/// the gradient's step waits for the last of them.
/// Cost    per gradient: `exchanges` payloads each way, for any degree.
/// Time    exchanges are in flight while the gradient is computed; a step lasts the longer of both.
/// Faults  an exchange that is not answered is skipped. If only the answer was lost, the sum is not kept.
struct A2cid2 {
  enum class Law { poisson, fixed };

  StepSize step_size = 0.1;   ///< η_k > 0
  double exchanges = 1;       ///< ≥ 0, mean number that a node initiates per gradient
  Law law = Law::poisson;     ///< of this number; fixed rounds it down
  double mixing_rate = 0.5;   ///< η_m ≥ 0, per unit of time
  double exchange_share = 1;  ///< α̃ > 0
  std::optional<Seconds> time_unit =
      {};               ///< > 0; if not given, the mean time of the node's gradients, recent ones most
  double momentum = 0;  ///< heavy ball of the gradients, in [0, 1)
};
Task a2cid2(Node& node, A2cid2 settings);

}  // namespace gossamer
