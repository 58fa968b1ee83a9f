#pragma once
#include <cstdint>
#include <optional>

#include "sim/ground/quantities.hpp"
#include "sim/learning/data/dataset.hpp"

namespace gossamer {

/// Moves a random share of the training samples to the test part: round(fraction · m) of m, every subset being equally
/// likely; both parts keep the order of their samples. Nothing moves where `fraction` is 0.
///
/// Throws LearningError where there is a test part already, or where one of the two would be empty.
void split_off_test(Dataset& data, double fraction, std::uint64_t seed);

/// Keeps a random subset of the given size in each part, in the order of the samples; all where a size is not given.
/// Throws LearningError where a part has fewer samples than shall be kept.
void limit_samples(Dataset& data, std::optional<Index> train, std::optional<Index> test, std::uint64_t seed);

}  // namespace gossamer
