#pragma once
#include "algorithms/periodic/local_sgd.hpp"
#include "algorithms/periods/periods.hpp"

namespace gossamer {

/// ADPSGD, adaptive periodic averaging: local SGD whose period keeps the variance of the models proportional to the step
/// size. It is not AD-PSGD, which is asynchronous.
///
///     at each averaging:   S = (1/n) Σ_i ‖x_i − x̄‖², just before the models become x̄
///     sampling phase:      C = mean of S/η
///     afterwards:          H ← H + 1 if S < 0.7 η C,   H ← max(1, H − 1) if S > 1.3 η C
///
/// Jiang, Agrawal, "Adaptive Periodic Averaging: A Practical Approach to Reducing Communication in Distributed Learning",
/// 2020, arXiv:2007.06134. η is the step size of the step just before the averaging. After a fall of the step size the
/// first S still belongs to the old one, so H may fall once before it rises. The sampling phase has to end before the
/// step size falls first. Averagings of a warm-up, in which H = 1, do not count in C unless a setting asks for it.
/// Without numerics there is no variance, and H stays as in the sampling phase.
/// Records that are due while models are averaged show the models before the averaging, so that their Γ/n is S.
/// Cost    per period and node: H gradients, one all-reduce of a payload and one of a number, 8 bytes.
/// Time    a barrier every H steps; the all-reduce of the number follows that of the models.
/// Faults  as local SGD. A restarted node has forgotten C and H, so that its periods differ from the others'.
struct Adpsgd {
  LocalSgd base = {};  ///< its averaging period is not read
  AdaptivePeriod periods = {};
};
Task adpsgd(Node& node, Adpsgd settings);

}  // namespace gossamer
