#pragma once
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// Top-k SGD with error feedback: every node sends the largest coordinates of its step, and keeps the rest for later.
///
///     p_i = e_i + η ∇F_i(x; ξ_i);   e_i ← p_i − C(p_i);   x ← x − (1/n) Σ_j C(p_j)        C: the k largest coordinates
///
/// The same x is on every node. With k = d it is SGD with the mean gradient.
/// Stich, Cordonnier, Jaggi, "Sparsified SGD with Memory", NeurIPS 2018, arXiv:1809.07599; on several nodes Aji,
/// Heafield, "Sparse Communication for Distributed Gradient Descent", EMNLP 2017, arXiv:1704.05021.
/// Cost    per round and node: one gradient, an all-gather of k values and positions.
/// Time    a barrier every step.
/// Faults  as `all_reduce_sgd`; a node that starts again has no error.
struct TopKSgd {
  StepSize step_size = 0.1;  ///< η_k > 0
  double fraction = 0.01;    ///< k/d in (0, 1]
};
Task top_k_sgd(Node& node, TopKSgd settings);

}  // namespace gossamer
