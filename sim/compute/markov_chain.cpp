#include "sim/compute/markov_chain.hpp"

#include <limits>

#include "sim/ground/random.hpp"

namespace gossamer {
namespace {

constexpr std::uint64_t nothing = std::numeric_limits<std::uint64_t>::max();

}  // namespace

MarkovChain::MarkovChain(double to_slow, double to_fast, NodeId nodes, std::uint64_t seed)
    : to_slow_{to_slow},
      to_fast_{to_fast},
      share_{to_slow / (to_slow + to_fast)},
      seed_{seed},
      last_states_(static_cast<std::size_t>(nodes)) {
  for (auto& fact : last_states_) fact.store(nothing, std::memory_order_relaxed);
}

bool MarkovChain::slow(NodeId node, std::uint64_t step) const {
  auto& fact = last_states_[static_cast<std::size_t>(node)];
  const std::uint64_t known = fact.load(std::memory_order_relaxed);
  bool swapped = false;  // true if the moves between k and `step` exchange the states
  bool state = false;
  for (std::uint64_t k = step;; --k) {
    if (known != nothing && known / 2 == k) {
      state = known % 2 == 1;
      break;
    }
    const double u = Draws{seed_, Purpose::slow_step, node, k}.uniform();
    const bool from_fast = u < to_slow_;
    const bool from_slow = u < 1 - to_fast_;
    if (k == 0 || from_fast == from_slow) {
      state = k == 0 ? u < share_ : from_fast;
      break;
    }
    swapped ^= from_fast;
  }
  state ^= swapped;
  fact.store(2 * step + (state ? 1 : 0), std::memory_order_relaxed);
  return state;
}

}  // namespace gossamer
