#pragma once
#include <string>
#include <vector>

#include "algorithms/registry.hpp"
#include "experiments/configuration/block_reader.hpp"
#include "experiments/configuration/experiment.hpp"

namespace gossamer {

/// Warnings of results that would mislead, as far as they are known before the run: one sentence each, which begins
/// with the path of the key that decides it. Empty for most experiments.
///
/// An algorithm that averages alone starts from equal models; every gradient is exact where an algorithm is about
/// noise; the run ends before nodes average; it is looked at too rarely for a curve, or to see when a target is
/// reached; a graph file holds what is not used.
std::vector<std::string> warnings_about(const Choice<AlgorithmEntry>& algorithm, const Experiment& experiment);

/// Fewer records than that are no curve.
inline constexpr double fewest_records = 5;
/// The time at which a target is reached is known to one part in so many of the run.
inline constexpr double fewest_records_to_target = 20;

}  // namespace gossamer
