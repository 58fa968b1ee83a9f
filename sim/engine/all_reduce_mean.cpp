#include "sim/engine/all_reduce_mean.hpp"

#include <bit>
#include <cassert>
#include <cstddef>
#include <utility>

namespace gossamer {
namespace {

void scale(std::vector<Params>& parts) {
  const double share = 1.0 / static_cast<double>(parts.size());
  for (Params& part : parts) part = share * part;
}

Params doubling_mean(std::vector<Params> parts) {
  const std::size_t n = parts.size();
  const std::size_t core = std::bit_floor(n);
  scale(parts);
  for (std::size_t i = core; i < n; ++i) parts[i - core] = parts[i - core] + parts[i];
  for (std::size_t distance = 1; distance < core; distance *= 2)
    for (std::size_t i = 0; i < core; i += 2 * distance) parts[i] = parts[i] + parts[i + distance];
  return parts.front();
}

Params tree_mean(std::vector<Params> parts) {
  scale(parts);
  for (std::size_t distance = 1; distance < parts.size(); distance *= 2)
    for (std::size_t i = 0; i + distance < parts.size(); i += 2 * distance) parts[i] = parts[i] + parts[i + distance];
  return parts.front();
}

Params server_mean(const std::vector<Params>& parts) {
  Combination sum;
  for (const Params& part : parts) sum += 1.0 / static_cast<double>(parts.size()) * part;
  return sum;
}

}  // namespace

Params all_reduce_mean(DataPlane& plane, AllReduce algorithm, std::vector<Params> parts) {
  switch (algorithm) {
    case AllReduce::ring:
      return plane.ring_mean(parts);
    case AllReduce::recursive_doubling:
    case AllReduce::rabenseifner:
      return doubling_mean(std::move(parts));
    case AllReduce::binomial_tree:
      return tree_mean(std::move(parts));
    case AllReduce::parameter_server:
      return server_mean(parts);
    case AllReduce::automatic:
      break;
  }
  assert(false && "an automatic choice has been made before");
  return {};
}

}  // namespace gossamer
