#pragma once
#include <memory>
#include <vector>

#include "sim/compute/step_times.hpp"
#include "sim/quantities.hpp"

namespace gossamer {

/// What a device's rates leave of a step's work:
///
///     T = max(FLOPs / peak, bytes / memory_bandwidth) + overhead
///
/// Arithmetic and traffic overlap, so the slower of the two decides: a step is bound by arithmetic where it makes more
/// than peak/memory_bandwidth operations per byte, else by memory. Williams, Waterman, Patterson, "Roofline: an
/// insightful visual performance model for multicore architectures", Communications of the ACM 52(4), 2009.
struct RooflineStep {
  double peak = 1e12;              ///< FLOP/s > 0 that the device reaches
  double memory_bandwidth = 1e11;  ///< bytes per second > 0
  Seconds overhead{0};             ///< ≥ 0, of every step: launches, input
  double flops = 0;                ///< of a step; 0 takes the model's, node by node
  Bytes bytes = 0;                 ///< of a step; 0 takes the model's
};

/// `model` is the work of one step of the trained model at each node; empty where there is none. Throws ComputeError
/// where it is needed and not there.
std::unique_ptr<StepTimes> step_times(const RooflineStep& settings, const std::vector<Work>& model);

}  // namespace gossamer
