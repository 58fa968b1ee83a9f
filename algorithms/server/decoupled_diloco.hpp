#pragma once
#include <optional>
#include <vector>

#include "algorithms/parts/aggregation.hpp"
#include "algorithms/parts/fragments.hpp"
#include "algorithms/parts/optimizer.hpp"
#include "algorithms/parts/outer_optimizer.hpp"
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// Decoupled DiLoCo: learners never wait; the server merges a fragment of the first K learners that answer, and of those
/// that answer within a grace window.
///
///     server      round t:  p = (t − 1) mod P;   asks all learners for fragment p
///                 merges when a window of w after the K-th answer ends, or when all learners have answered
///                 D_m = Θ_p − θ_m,p,   w_m = (tokens of m)²/(steps of m), both since m received p last
///                 Θ_p ← Nesterov's step with the momentum of p along merge{(D_m, w_m)};   Θ_p to all learners
///     learner m   θ ← step of the inner optimizer along ∇F_m(θ; ξ), again and again;  between two steps:
///                 Θ_p has come:  θ_p ← α θ_p + (1 − α) Θ_p
///                 asked for p, and at least U steps made since p came last:  θ_p to the server
///
///     merge       radial-directional, see `RadialDirectionalMean`;  or Σ w_m D_m / Σ w_m, or any other aggregation
///
/// Douillard, Rush, Donchev, et al., "Decoupled DiLoCo for Resilient Distributed Pre-training", 2026, arXiv:2604.21428, as
/// an open implementation of its protocol describes it: U = 1; answers that come after the merge are dropped. Θ_p is the
/// server's present one, also for learners that have not received it. A server's model is also its question for the next
/// fragment. Unlike the paper, whose window follows from estimates of times, w is given; and no fragment is an embedding,
/// which the paper merges by the mean.
/// With K = n, equal tokens and steps, α = 0, P = 1 and the mean it is DiLoCo with H = U, but for the steps that learners
/// make until the server's answer comes: these are dropped.
/// Cost    per round: a payload/P up from each learner that answers, and down to each learner.
/// Time    no learner waits. With exponential steps of mean 1/u on n learners, no latency and many fragments, a round takes
///         (H_n − H_m)/u + (1/u) Σ_{j ≤ m} p^j/j on average, with m = n − K and p = 1 − exp(−u w); K + m p learners
///         contribute.
/// Result  the server's model.
/// Faults  learners go on whatever is lost. The server waits for K answers, or for those of all learners that are up. A
///         learner whose server's model is lost asks for it again; one that begins anew asks for the whole model, and makes
///         steps until it comes. A lost answer is missing in its round.
/// Errors  AlgorithmError if the number of tokens is not that of learners, or if the model has layers, but fewer than
///         fragments of layers.
struct DecoupledDiLoCo {
  StepSize step_size = 0.1;  ///< η_k > 0
  int fragments = 8;         ///< P ≥ 1
  Fragments::Cut cut = Fragments::Cut::equal;
  int local_steps = 1;       ///< U ≥ 1
  int quorum = 1;            ///< K ≥ 1; all learners, if there are fewer
  Seconds grace{0};          ///< w ≥ 0
  bool full_window = false;  ///< whether w passes if all have answered
  double mixing = 0.5;       ///< α in [0, 1]
  OuterOptimizerChoice outer = OuterStep{.step_size = 0.7, .momentum = 0.9, .nesterov = true};  ///< of the server
  AggregationChoice aggregation = RadialDirectional{};  ///< with the weights w_m
  std::optional<std::vector<double>> tokens = {};       ///< > 0, of each learner's step; not given: all equal
  OptimizerChoice optimizer = {};                       ///< of the local steps; its state stays with its node
};
Task decoupled_diloco(Node& node, DecoupledDiLoCo settings);

}  // namespace gossamer
