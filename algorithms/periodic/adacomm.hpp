#pragma once
#include "algorithms/periodic/local_sgd.hpp"
#include "algorithms/periods/periods.hpp"

namespace gossamer {

/// AdaComm: local SGD whose period falls with the loss, for the least error at each time.
///
///     at the start, and at the first averaging after each interval T_0:   F = (1/n) Σ_i f_i(x̄)
///     H = ⌈H_0 √((η_0/η) F/F(x_0))⌉;   if this is not below the H before:  H ← ⌈H/2⌉
///
/// Wang, Joshi, "Adaptive Communication Strategies to Achieve the Best Error-Runtime Trade-off in Local-Update SGD", SysML
/// 2019, arXiv:1810.08313. η is the step size of the next step. F is over all samples of the nodes. T_0 is virtual time,
/// or wall time on real ranks, by the mean of the nodes' clocks. Sources differ in the power of η_0/η, in the place of
/// H_0, and in an estimate of the least loss that is subtracted: each is a setting.
/// Cost    per period and node: H gradients, one all-reduce of a payload and one of three numbers, 24 bytes; the loss over
///         all samples of the node once in each interval.
/// Time    a barrier every H steps; the all-reduce of the numbers follows that of the models.
/// Faults  as local SGD. A restarted node has forgotten F(x_0) and H, so that its periods differ from the others'.
struct AdaComm {
  LocalSgd base = {};  ///< its averaging period is not read
  AdaCommPeriod periods = {};
};
Task adacomm(Node& node, AdaComm settings);

}  // namespace gossamer
