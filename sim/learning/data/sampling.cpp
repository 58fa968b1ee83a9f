#include "sim/learning/data/sampling.hpp"

#include <algorithm>
#include <cassert>
#include <numeric>
#include <utility>

namespace gossamer {

void shuffle(std::vector<Index>& items, Draws draws) {
  assert(items.size() >> 32 == 0 && "an address holds draws for fewer than 2^32 items");
  for (std::size_t left = items.size(); left > 1; --left)
    std::swap(items[left - 1], items[static_cast<std::size_t>(draws.below(left))]);
}

std::vector<Index> random_subset(Index population, Index count, Draws draws) {
  assert(0 <= count && count <= population && "a subset is not larger than its set");
  std::vector<Index> items(static_cast<std::size_t>(population));
  std::iota(items.begin(), items.end(), Index{0});
  for (std::size_t k = 0; k < static_cast<std::size_t>(count); ++k)
    std::swap(items[k], items[k + static_cast<std::size_t>(draws.below(items.size() - k))]);
  items.resize(static_cast<std::size_t>(count));
  std::sort(items.begin(), items.end());
  return items;
}

std::vector<Index> complement(const std::vector<Index>& chosen, Index population) {
  std::vector<Index> rest;
  auto next = chosen.begin();
  for (Index k = 0; k < population; ++k) {
    if (next != chosen.end() && *next == k)
      ++next;
    else
      rest.push_back(k);
  }
  return rest;
}

}  // namespace gossamer
