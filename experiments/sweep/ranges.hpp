#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "experiments/configuration/place.hpp"

namespace gossamer {

/// Whether a text is meant as a range of values: two numbers with ".." between them.
bool is_range(std::string_view text);

/// The values of a range, as JSON, the first always included and the last if it is met:
///
///     1..10          1, 2, 3, … 10
///     0..1:+0.1      0, 0.1, 0.2, … 1
///     1..64:x2       1, 2, 4, … 64
///     "0.1 ms..100 ms:x10"   quantities: both ends have one unit
///
/// Throws ExperimentError, with the place, for a step that does not lead from the first to the last, and for more than
/// 10,000 values.
std::vector<std::string> values_of_range(std::string_view text, const Place& place);

}  // namespace gossamer
