#pragma once
#include <cstdint>
#include <optional>

#include "sim/ground/quantities.hpp"
#include "sim/learning/data/dataset.hpp"

namespace gossamer {

/// Moves a random share of the training samples to the test part: round(fraction · m) of m; every subset is equally
/// likely. Both parts keep the order of their samples. Nothing moves if `fraction` is 0.
///
/// Throws LearningError if there is a test part already, or if one of the parts would be empty.
void split_off_test(Dataset& data, double fraction, std::uint64_t seed);

/// Keeps a random subset of the given size in each part, in the order of the samples; all samples if the size is
/// empty. Throws LearningError if a part has fewer samples than this size.
void limit_samples(Dataset& data, std::optional<Index> train, std::optional<Index> test, std::uint64_t seed);

}  // namespace gossamer
