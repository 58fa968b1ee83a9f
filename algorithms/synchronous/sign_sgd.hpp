#pragma once
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// signSGD with majority vote: a step along the sign of most gradients, coordinate by coordinate.
///
///     m_i ← β m_i + ∇F_i(x; ξ_i);   x ← (1 − η λ) x − η sign(Σ_j sign(m_j))        (β = 0: m_i is the gradient)
///
/// With β > 0 it is Signum. A code has one bit a coordinate, so zero counts as positive, as does a tie.
/// Bernstein, Wang, Azizzadenesheli, Anandkumar, "signSGD: Compressed Optimisation for Non-Convex Problems", ICML 2018,
/// arXiv:1802.04434; Bernstein, Zhao, Azizzadenesheli, Anandkumar, "signSGD with Majority Vote is Communication Efficient
/// and Fault Tolerant", ICLR 2019, arXiv:1810.05291. Unlike the paper nodes gather the signs of all nodes instead of
/// sending them to a server.
/// Cost    per round and node: one gradient, an all-gather of d bits.
/// Time    a barrier every step.
/// Faults  the vote is among the nodes that are alive; otherwise as `all_reduce_sgd`.
struct SignSgd {
  StepSize step_size = 1e-3;  ///< η_k > 0
  double momentum = 0;        ///< β in [0, 1)
  double weight_decay = 0;    ///< λ ≥ 0
};
Task sign_sgd(Node& node, SignSgd settings);

}  // namespace gossamer
