#pragma once
#include "algorithms/parts/sgd.hpp"
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// TernGrad: synchronous SGD with gradients that are rounded at random to −s, 0 and s, their largest magnitude.
///
///     x ← x − η (1/n) Σ_j Q(clip(g_j))        g_i = ∇F_i(x; ξ_i);  E Q(g) = g, see `TernGrad`
///
/// clip limits each coordinate to c standard deviations of all coordinates. The same x is on every node.
/// Wen, Xu, Yan, Wu, Wang, Chen, Li, "TernGrad: Ternary Gradients to Reduce Communication in Distributed Deep Learning",
/// NeurIPS 2017, arXiv:1705.07878. Unlike the paper there is one scale for the whole model, not one for each layer, and
/// gradients are gathered instead of added by a server.
/// Cost    per round and node: one gradient, an all-gather of codes of log2 3 bits a coordinate.
/// Time    a barrier every step.
/// Faults  as `all_reduce_sgd`.
struct TernGradSgd {
  StepSize step_size = 0.1;  ///< η_k > 0
  double clip = 2.5;         ///< c > 0; 0: gradients are not clipped
  Sgd::Settings sgd = {};
};
Task terngrad(Node& node, TernGradSgd settings);

}  // namespace gossamer
