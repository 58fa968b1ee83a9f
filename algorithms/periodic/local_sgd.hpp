#pragma once
#include "algorithms/periods/averaging_period.hpp"
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// Local SGD: each period every node takes H local steps, then all nodes take the mean of all models.
///
///     H times:  d = ∇F_i(x_i; ξ_i) + λ x_i,   m_i ← β m_i + d,   x_i ← x_i − η m_i    (Nesterov: x_i − η (d + β m_i))
///     then:     x_i ← (1/n) Σ_j x_j
///
/// Stich, "Local SGD Converges Fast and Communicates Little", ICLR 2019, arXiv:1805.09767; periodic averaging in
/// McMahan et al., "Communication-Efficient Learning of Deep Networks from Decentralized Data", AISTATS 2017,
/// arXiv:1602.05629; here every node participates. H is a constant, or a period law chooses each H when the period
/// before has ended: `post_local_sgd`, `qsr` and `adpsgd` are such laws.
/// The momentum m_i stays with its node and is neither averaged nor reset, unless a setting asks for one of these.
/// H = 1 is synchronous SGD, with momentum and weight decay, too: the steps are linear in x, m and the gradient.
/// Cost    per period and node: H gradients, one all-reduce of a payload; of one more if momenta are averaged; of one
///         number more if the law reads the variance of the models.
/// Time    a barrier every H steps: a period lasts as long as the slowest node's H gradients, then the all-reduce.
/// Faults  the mean is over the nodes that are alive. The next averaging brings a restarted node to the common mean,
///         and its model enters this mean. A law that remembers periods starts anew on a restarted node.
struct LocalSgd {
  enum class Momenta { kept, averaged, reset };

  StepSize step_size = 0.1;              ///< η_k > 0
  AveragingPeriod averaging_period = 8;  ///< H ≥ 1, steps between two averagings
  double momentum = 0;                   ///< β in [0, 1)
  bool nesterov = false;                 ///< whether a step looks ahead
  double weight_decay = 0;               ///< λ ≥ 0
  Momenta momenta = Momenta::kept;       ///< at an averaging
};
Task local_sgd(Node& node, LocalSgd settings);

}  // namespace gossamer
