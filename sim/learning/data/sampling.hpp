#pragma once
#include <vector>

#include "sim/ground/quantities.hpp"
#include "sim/ground/random.hpp"

namespace gossamer {

/// Puts the items in random order; every order is equally likely (Fisher, Yates). Needs fewer than 2³² items.
void shuffle(std::vector<Index>& items, Draws draws);

/// `count` of the numbers 0 … population − 1 in ascending order; every subset is equally likely.
/// Needs 0 ≤ count ≤ population < 2³².
std::vector<Index> random_subset(Index population, Index count, Draws draws);

/// The numbers of 0 … population − 1 that are not in `chosen`, which is in ascending order.
std::vector<Index> complement(const std::vector<Index>& chosen, Index population);

/// The first item of part `k`, if `count` items in a row are cut into `parts` parts whose sizes differ by at most 1.
inline Index cut(Index count, Index parts, Index k) { return count * k / parts; }

}  // namespace gossamer
