#pragma once
#include "algorithms/periodic/local_sgd.hpp"
#include "algorithms/periods/periods.hpp"

namespace gossamer {

/// QSR, the quadratic synchronization rule: local SGD whose period grows as the step size falls.
///
///     after an averaging at step k:  H = max(H_min, ⌊(α/η_k)²⌋);    in a warm-up H is constant
///
/// Gu, Lyu, Arora, Huang, "A Quadratic Synchronization Rule for Distributed Deep Learning", ICLR 2024, arXiv:2310.14423.
/// η_k is the step size of the first step of the period; the exponent is a setting. If the number of steps of the run
/// is given, the last period is cut so that the run ends with an averaging.
/// With a constant step size it is local SGD with H = ⌊(α/η)²⌋. A quotient α/η_k whose square is an integer in exact
/// arithmetic may give one step less.
/// Cost    per period and node: H gradients, one all-reduce of a payload.
/// Time    as local SGD: a barrier every H steps.
/// Faults  as local SGD.
struct Qsr {
  LocalSgd base = {};  ///< its averaging period is not read
  QuadraticPeriod periods = {};
};
Task qsr(Node& node, Qsr settings);

}  // namespace gossamer
