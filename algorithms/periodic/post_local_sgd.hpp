#pragma once
#include "algorithms/periodic/local_sgd.hpp"
#include "algorithms/periods/periods.hpp"

namespace gossamer {

/// Post-local SGD: synchronous SGD until a given step, and local SGD from then on.
///
///     x_i ← x_i − η_k ∇F_i(x_i; ξ_i);    x_i ← (1/n) Σ_j x_j  after each step before the switch, then after H steps each
///
/// Lin, Stich, Patel, Jaggi, "Don't Use Large Mini-batches, Use Local SGD", ICLR 2020, arXiv:1808.07217. There the switch
/// is at the first decay of the step size. The authors' code averages differences to the last common model, which is the
/// same in exact arithmetic.
/// Until the switch the models are those of `local_sgd` with H = 1, bit by bit. The momentum is that of `local_sgd`.
/// Cost    per period and node: H gradients, one all-reduce of a payload.
/// Time    as local SGD: a barrier every H steps.
/// Faults  as local SGD.
struct PostLocalSgd {
  LocalSgd base = {};  ///< its averaging period is not read
  PostLocalPeriod periods = {};
};
Task post_local_sgd(Node& node, PostLocalSgd settings);

}  // namespace gossamer
