#pragma once
#include "algorithms/parts/local_steps.hpp"
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// Decentralized parallel SGD: average with every neighbor, step along the local gradient. The two have three orders:
///
///     AWC  x_i ← Σ_j w_ij x_j − η ∇F_i(x_i; ξ_i)          adapt while combine, the paper's Algorithm 1
///     ATC  x_i ← Σ_j w_ij (x_j − η ∇F_j(x_j; ξ_j))        adapt, then combine
///     CTA  y_i = Σ_j w_ij x_j,  x_i ← y_i − η ∇F_i(y_i; ξ_i)   combine, then adapt
///
/// Lian et al., "Can Decentralized Algorithms Outperform Centralized Algorithms?", NeurIPS 2017, arXiv:1705.09056,
/// Algorithm 1, which notes that the order may be swapped. The three have different fixed points.
/// Shapes  x_i, g_i ∈ R^d; W is n×n, doubly stochastic, directed or not; node i reads only row i.
/// Cost    per round and node: one gradient; deg(i) payloads sent and as many received.
/// Time    AWC: payloads are in flight while the gradient is computed, so a round lasts the longer of the two; ATC,
///         CTA: a round lasts their sum. Neighbors wait for each other: a straggler's delay spreads one hop per round.
/// Faults  if no message comes from a neighbor, its weight goes to the node's own model, so that rows still sum to
///         one; the mean is then not kept.
/// Errors  none of its own: the configuration reader checks settings against their ranges.
struct DPsgd {
  enum class Form { awc, atc, cta };

  StepSize step_size = 0.1;  ///< η_k > 0
  Form form = Form::awc;
  LocalSteps local = {};
};
Task d_psgd(Node& node, DPsgd settings);

}  // namespace gossamer
