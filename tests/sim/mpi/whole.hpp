#pragma once
#include <algorithm>
#include <span>

namespace gossamer::testing {

/// Whether all coordinates are one number, and no smaller one than `before`.
inline bool is_whole(std::span<const double> seen, double before) {
  const auto is_first = [&](double value) { return value == seen[0]; };
  return seen[0] >= before && std::all_of(seen.begin(), seen.end(), is_first);
}

}  // namespace gossamer::testing
