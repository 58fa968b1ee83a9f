#pragma once
#include <memory>

#include "algorithms/parts/local_steps.hpp"
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// CHOCO-SGD: decentralized SGD by compressed differences to public copies, in the order of the paper or of its code.
///
///     paper   x_i ← x_i − η ∇F_i;   q_i = Q(x_i − x̂_i);   x̂ ← x̂ + q;   x_i ← x_i + γ Σ_j w_ij (x̂_j − x̂_i)
///     awc     x_i ← x_i − η ∇F_i + γ Σ_j w_ij (x̂_j − x̂_i);   q_i = Q(x_i − x̂_i);   x̂ ← x̂ + q
///
/// Koloskova, Stich, Jaggi, "Decentralized Stochastic Optimization and Gossip Algorithms with Compressed
/// Communication", ICML 2019, arXiv:1902.00340, Algorithm 2; the code of Koloskova, Lin, Stich, Jaggi, "Decentralized
/// Deep Learning with Arbitrary Communication Compression", ICLR 2020, arXiv:1907.09356, takes the gradient before
/// mixing. The two have different fixed points: those of D-PSGD's ATC and AWC for W_γ = (1 − γ) I + γ W, for every Q.
/// A node keeps x̂_i and s_i = Σ_j w_ij x̂_j; x̂ = 0 at first.
/// Shapes  W is fixed.
/// Cost    per round and node: H gradients; one code sent to each neighbor.
/// Time    gradient, then messages; awc: messages are in flight while the next gradient is computed.
/// Faults  a lost difference stays missing from the neighbor's copy, and so from s_i: the sum of all models then
///         changes by −γ w_ij q_j in this and every later round. Copies and mean drift.
struct ChocoSgd {
  enum class Order { paper, awc };

  StepSize step_size = 0.1;   ///< η_k > 0
  double consensus_step = 1;  ///< γ in (0, 1]
  Order order = Order::paper;
  std::shared_ptr<const Codec> compressor = {};
  LocalSteps local = {};
};
Task choco_sgd(Node& node, ChocoSgd settings);

}  // namespace gossamer
