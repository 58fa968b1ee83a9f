#pragma once
#include <string>
#include <vector>

#include "algorithms/registry.hpp"
#include "experiments/configuration/choice.hpp"
#include "experiments/configuration/experiment.hpp"

namespace gossamer {

/// Warnings of misleading results, as far as they are known before the run. Each is one sentence that begins with the
/// path of the key that is its cause. Empty for most experiments.
///
/// Causes: an algorithm that only averages starts from equal models; every gradient is exact, but the algorithm is for
/// noisy ones; the run ends before nodes average; records are too rare for a curve, or for the time at which a target
/// is reached; a graph file contains values that are not used.
std::vector<std::string> warnings_about(const Choice<AlgorithmEntry>& algorithm, const Experiment& experiment);

/// Fewer records are no curve.
inline constexpr double fewest_records = 5;
/// With so many records, the time at which a target is reached is known to one part in so many of the run.
inline constexpr double fewest_records_to_target = 20;

}  // namespace gossamer
