#include "sim/engine/all_reduce_mean.hpp"

#include <bit>
#include <cstddef>
#include <utility>

namespace gossamer {
namespace {

Params doubling_mean(std::vector<Params> parts) {
  const std::size_t n = parts.size();
  const std::size_t core = std::bit_floor(n);
  for (Params& part : parts) part = 1.0 / static_cast<double>(n) * part;
  for (std::size_t i = core; i < n; ++i) parts[i - core] = parts[i - core] + parts[i];
  for (std::size_t distance = 1; distance < core; distance *= 2)
    for (std::size_t i = 0; i < core; i += 2 * distance) parts[i] = parts[i] + parts[i + distance];
  return parts.front();
}

}  // namespace

Params all_reduce_mean(DataPlane& plane, AllReduce algorithm, std::vector<Params> parts) {
  return algorithm == AllReduce::ring ? plane.ring_mean(parts) : doubling_mean(std::move(parts));
}

}  // namespace gossamer
