#include "sim/engine/all_reduce_mean.hpp"

#include <bit>
#include <cassert>
#include <cstddef>
#include <utility>

namespace gossamer {
namespace {

/// Sums in a binary tree, one half after the other, so that few intermediate vectors are alive at once: those of n
/// nodes would need as much memory as their models.
class TreeSum {
 public:
  explicit TreeSum(std::vector<Params> parts)
      : parts_{std::move(parts)}, share_{1.0 / static_cast<double>(parts_.size())} {}

  /// The sum over `span` nodes from `first` on; `span` is a power of two. Each node first adds the vector of its
  /// surplus node.
  Params with_surplus(std::size_t first, std::size_t span, std::size_t core) {
    if (span == 1) {
      Params sum = scaled(first);
      if (first + core < parts_.size()) sum = sum + scaled(first + core);
      return sum;
    }
    const Params lower = with_surplus(first, span / 2, core), upper = with_surplus(first + span / 2, span / 2, core);
    return lower + upper;
  }
  /// The sum over `span` nodes from `first` on, a power of two, or over all remaining nodes if these are fewer.
  Params up_to_size(std::size_t first, std::size_t span) {
    if (span == 1) return scaled(first);
    const std::size_t middle = first + span / 2;
    Params lower = up_to_size(first, span / 2);
    if (middle >= parts_.size()) return lower;
    const Params upper = up_to_size(middle, span / 2);
    return lower + upper;
  }

 private:
  Params scaled(std::size_t i) { return share_ * std::exchange(parts_[i], {}); }

  std::vector<Params> parts_;
  double share_;
};

Params doubling_mean(std::vector<Params> parts) {
  const std::size_t core = std::bit_floor(parts.size());
  return TreeSum{std::move(parts)}.with_surplus(0, core, core);
}

Params tree_mean(std::vector<Params> parts) {
  const std::size_t span = std::bit_ceil(parts.size());
  return TreeSum{std::move(parts)}.up_to_size(0, span);
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
    case AllReduce::mpich:
      break;
  }
  assert(false && "a choice has been made before");
  return {};
}

}  // namespace gossamer
