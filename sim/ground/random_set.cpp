#include "sim/ground/random_set.hpp"

namespace gossamer {

std::vector<std::uint64_t> random_set(Index k, Index d, Draws& draws) {
  std::vector<std::uint64_t> set(static_cast<std::size_t>((d + 63) / 64));
  const auto insert = [&set](std::uint64_t position) {
    std::uint64_t& word = set[position / 64];
    const std::uint64_t bit = std::uint64_t{1} << position % 64;
    return (word & bit) == 0 ? (word |= bit, true) : false;
  };
  for (Index last = d - k; last < d; ++last)
    if (!insert(draws.below(static_cast<std::uint64_t>(last) + 1))) insert(static_cast<std::uint64_t>(last));
  return set;
}

}  // namespace gossamer
