#pragma once
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// SlowMo: slow momentum over a base algorithm, every P of its rounds of H local steps.
///
///     base, rounds that are not the P-th:  local SGD  x_i ← mean of all x_j
///                                          D-PSGD     x_i ← Σ_j w_ij x_j + (steps), in the order adapt while combine
///                                          SGP        push-sum; local steps are made from z_i = x_i / w_i
///     every P-th round, in its place:      x̄ = mean of all x_i (of SGP's numerators; then w_i ← 1)
///                                          u ← β u + (x − x̄)/η;   x ← x − α η u;   x_i ← x
///
/// x is the model after the last such slow step, u = 0 at first. Wang, Tantia, Ballas, Rabbat, "SlowMo: Improving
/// Communication-Efficient Distributed SGD with Slow Momentum", ICLR 2020, arXiv:1910.00643, Algorithm 1; two periods as
/// in fairscale. With constant η the rule is x ← x − α m, m ← β m + (x − x̄), which is how it is computed: DiLoCo
/// without look-ahead. α = 1, β = 0 is the base with exact averages every P rounds. Over local SGD with P = 1 the rounds
/// are those of BMUF. On quadratics the fixed point is that of the base with these averages.
/// `exact_average` false leaves the base's round of D-PSGD in place, and every node makes the slow step from its own
/// last x.
/// Shapes  W is doubly stochastic over D-PSGD, column-stochastic over SGP.
/// Cost    per round and node: H gradients, and the base's messages or an all-reduce of a payload; a second all-reduce
///         if the momentum of local steps is averaged.
/// Time    as the base; a barrier every P rounds.
/// Faults  as the base; x̄ is the mean over the nodes that are alive. Each node subtracts x̄ from its own x, so that a
///         node that restarts elsewhere comes back to the others.
struct SlowMo {
  enum class Base { local_sgd, d_psgd, sgp };
  enum class LocalMomentum { keep, average, reset };

  StepSize step_size = 0.1;  ///< η_k > 0
  Base base = Base::local_sgd;
  int local_steps = 8;         ///< H ≥ 1, steps in a round
  int slow_period = 1;         ///< P ≥ 1, rounds between two slow steps
  double slow_step_size = 1;   ///< α > 0
  double slow_momentum = 0.5;  ///< β in [0, 1)
  bool exact_average = true;
  double momentum = 0;                               ///< heavy ball of the local steps, in [0, 1)
  LocalMomentum at_slow_step = LocalMomentum::keep;  ///< of that momentum
};
Task slowmo(Node& node, SlowMo settings);

}  // namespace gossamer
