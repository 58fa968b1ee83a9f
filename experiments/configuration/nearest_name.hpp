#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace gossamer {

/// The number of letters that must be inserted, deleted, replaced or swapped with their neighbor to make `b` from `a`
/// (the restricted edit distance of Damerau and Levenshtein). Upper and lower case are the same.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The valid name that was probably meant: the one at the smallest edit distance, the first of several. None if even
/// that distance is more than a third of the letters (one letter if the name is short), unless one of the two names
/// begins with the other.
std::optional<std::string> nearest_name(std::string_view name, std::span<const std::string> valid);

}  // namespace gossamer
