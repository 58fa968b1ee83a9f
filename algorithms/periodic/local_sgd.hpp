#pragma once
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// Local SGD: each round every node takes H local steps, then all nodes take the mean of all models.
///
///     H times:  m_i ← β m_i + ∇F_i(x_i; ξ_i),   x_i ← x_i − η m_i
///     then:     x_i ← (1/n) Σ_j x_j
///
/// Stich, "Local SGD Converges Fast and Communicates Little", ICLR 2019, arXiv:1805.09767; periodic averaging in
/// McMahan et al., "Communication-Efficient Learning of Deep Networks from Decentralized Data", AISTATS 2017,
/// arXiv:1602.05629; here every node participates.
/// The momentum m_i stays with its node and is neither averaged nor reset.
/// Cost    per round and node: H gradients, one all-reduce of a payload.
/// Time    a barrier every H steps: a round lasts as long as the slowest node's H gradients, then the all-reduce.
/// Faults  the mean is over the nodes that are alive. The next averaging brings a restarted node to the common mean,
///         and its model enters this mean.
struct LocalSgd {
  StepSize step_size = 0.1;  ///< η_k > 0
  int averaging_period = 8;  ///< H ≥ 1, steps between two averagings
  double momentum = 0;       ///< β in [0, 1)
};
Task local_sgd(Node& node, LocalSgd settings);

}  // namespace gossamer
