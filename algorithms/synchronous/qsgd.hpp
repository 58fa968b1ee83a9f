#pragma once
#include <optional>
#include "algorithms/schedules/step_size.hpp"

#include "algorithms/parts/sgd.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// QSGD: synchronous SGD with gradients that are rounded at random to s levels of their norm.
///
///     x ← x − η (1/n) Σ_j Q(g_j)        g_i = ∇F_i(x; ξ_i);  E Q(g) = g, see `Qsgd`
///
/// The same x is on every node. Momentum is that of the step along the mean.
/// Alistarh, Grubic, Li, Tomioka, Vojnovic, "QSGD: Communication-Efficient SGD via Gradient Quantization and Encoding",
/// NeurIPS 2017, arXiv:1610.02132, Algorithm 1.
/// Cost    per round and node: one gradient, an all-gather of codes of log2(2 s + 1) bits a coordinate.
/// Time    a barrier every step.
/// Faults  as `all_reduce_sgd`.
struct QsgdSgd {
  StepSize step_size = 0.1;               ///< η_k > 0
  Index levels = 16;                      ///< s
  std::optional<Index> bucket_size = {};  ///< coordinates that share a norm; empty: all
  Sgd::Settings sgd = {};
};
Task qsgd(Node& node, QsgdSgd settings);

}  // namespace gossamer
