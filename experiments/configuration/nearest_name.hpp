#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace gossamer {

/// How many letters must be inserted, deleted, replaced or swapped with their neighbor to make `b` from `a` (the
/// restricted edit distance of Damerau and Levenshtein), upper and lower case being the same.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The valid name that was probably meant: the one at the smallest edit distance, the first of several; none where even
/// that would replace more than a third of the letters (one letter where the name is short), unless one of the two
/// names begins with the other.
std::optional<std::string> nearest_name(std::string_view name, std::span<const std::string> valid);

}  // namespace gossamer
