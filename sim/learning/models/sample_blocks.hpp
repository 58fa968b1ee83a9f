#pragma once
#include <algorithm>
#include <cstddef>
#include <span>

#include "sim/ground/quantities.hpp"

namespace gossamer {

/// Samples that a model processes at once: their activations then stay in the cache.
inline constexpr std::size_t block_size = 256;

/// Calls f with consecutive blocks of `samples`.
template <class F>
void for_each_block(std::span<const Index> samples, F&& f) {
  for (std::size_t first = 0; first < samples.size(); first += block_size)
    f(samples.subspan(first, std::min(block_size, samples.size() - first)));
}

}  // namespace gossamer
