#pragma once
#include <algorithm>
#include <cstddef>
#include <span>

#include <Eigen/Core>

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

/// Largest number of parts of a sum over samples, the same for any number of threads. Their sums are added in
/// order.
inline constexpr std::size_t most_slices = 32;

/// Calls f with blocks of one weight each, and that weight; it is 1 if `weights` is empty.
template <class F>
void for_each_weighted_block(std::span<const Index> samples, const Eigen::VectorXd& weights, F&& f) {
  if (weights.size() == 0) return for_each_block(samples, [&](std::span<const Index> block) { f(block, 1.0); });
  while (!samples.empty()) {
    const double weight = weights[samples.front()];
    const auto end = std::find_if(samples.begin(), samples.end(), [&](Index k) { return weights[k] != weight; });
    const auto run = static_cast<std::size_t>(end - samples.begin());
    for_each_block(samples.first(run), [&](std::span<const Index> block) { f(block, weight); });
    samples = samples.subspan(run);
  }
}

}  // namespace gossamer
