#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/ground/quantities.hpp"
#include "sim/ground/random.hpp"

namespace gossamer {

/// A random set of k numbers below d, as bits (Floyd's algorithm, in Bentley and Floyd, "Programming Pearls: A Sample
/// of Brilliance", Communications of the ACM 30, 1987). Every set is equally likely. It makes k draws for any d.
/// Needs 0 ≤ k ≤ d ≤ 2³².
std::vector<std::uint64_t> random_set(Index k, Index d, Draws& draws);

/// Calls f(i) for each member i of the set, in ascending order.
template <class F>
void for_each_member(const std::vector<std::uint64_t>& set, F f) {
  for (std::size_t word = 0; word < set.size(); ++word)
    for (std::uint64_t left = set[word]; left != 0; left &= left - 1)
      f(64 * word + static_cast<std::size_t>(std::countr_zero(left)));
}

}  // namespace gossamer
