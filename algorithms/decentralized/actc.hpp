#pragma once
#include <memory>

#include "algorithms/parts/local_steps.hpp"
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// ACTC: adapt, compress, then combine, on directed graphs. W need not be doubly stochastic.
///
///     ψ_i = x_i − η ∇F_i(x_i; ξ_i);   q_j ← q_j + ζ Q(ψ_j − q_j) for j = i and every neighbor;   x_i ← Σ_j w_ij q_j
///
/// Carpentiero, Matta, Sayed, "Distributed Adaptive Learning Under Communication Constraints", IEEE Open Journal of
/// Signal Processing 5, 2024, arXiv:2112.02129. Rows of W sum to one (their left-stochastic A is Wᵀ). The method
/// minimizes Σ_i π_i f_i with the Perron vector πᵀ W = πᵀ. A coarser Q needs a smaller ζ: ζ ≤ 1/(1 + ω) is safe, where
/// ω is the compressor's relative variance. q = 0 at first.
/// Shapes  W is fixed.
/// Cost    per round and node: H gradients; one code sent to each neighbor.
/// Time    gradient, then messages.
/// Faults  a lost difference stays missing from the neighbor's copy: in this and every later round ζ w_ij Q(ψ_j − q_j)
///         is missing from x_i, and the limit moves.
struct Actc {
  StepSize step_size = 0.1;  ///< η_k > 0
  double stability = 1;      ///< ζ in (0, 1]
  std::shared_ptr<const Codec> compressor = {};
  LocalSteps local = {};
};
Task actc(Node& node, Actc settings);

}  // namespace gossamer
