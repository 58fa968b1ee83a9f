#pragma once
#include <memory>
#include <vector>

#include "sim/compute/step_times.hpp"
#include "sim/ground/quantities.hpp"

namespace gossamer {

/// The time of a step from its work and the device's rates:
///
///     T = max(FLOPs / peak, bytes / memory_bandwidth) + overhead
///
/// Arithmetic and memory traffic overlap, so the slower of the two decides. A step is bound by arithmetic if it makes
/// more than peak/memory_bandwidth operations per byte, otherwise by memory. Williams, Waterman, Patterson, "Roofline:
/// an insightful visual performance model for multicore architectures", Communications of the ACM 52(4), 2009.
struct RooflineStep {
  double peak = 1e12;              ///< FLOP/s > 0 that the device achieves
  double memory_bandwidth = 1e11;  ///< bytes per second > 0
  Seconds overhead{0};             ///< ≥ 0, of every step: kernel launches, input
  double flops = 0;                ///< of a step; 0 takes the model's FLOPs, node by node
  Bytes bytes = 0;                 ///< of a step; 0 takes the model's bytes
};

/// `model` is the work of one step of the trained model at each node; empty if there is no model. Throws ComputeError
/// if it is needed and empty.
std::unique_ptr<StepTimes> step_times(const RooflineStep& settings, const std::vector<Work>& model);

}  // namespace gossamer
