#pragma once
#include <cstdint>
#include <vector>

#include "sim/network/collectives/collectives.hpp"
#include "sim/network/links/link.hpp"
#include "sim/network/platforms/paths.hpp"
#include "sim/network/platforms/platform.hpp"

namespace gossamer {

/// One round of a collective on a platform: all messages of one step.
struct Round {
  std::int64_t messages = 0;
  double share = 0;  ///< the largest message, as a fraction of the vector
  /// Latency and bandwidth for a message of the largest size: the largest latency of all messages, and the least
  /// bandwidth of all links. A link that k messages of this size cross gives a k-th of its bandwidth to each.
  Link slowest;
  Seconds announced{0};  ///< the maximum of 2 L + L' over all messages, with L' of the route back
};

/// The rounds in their order. If all rounds are alike, as around a ring, only the first is returned.
std::vector<Round> rounds(const Platform& platform, const CollectiveAlgorithm& algorithm, const Group& group);

/// The cost of a collective. If all rounds are of one size, it follows from the formula, with the slowest round's time
/// for each; otherwise it is the sum over the rounds.
CollectiveCost cost_of(const std::vector<Round>& rounds, const Protocol& protocol, const CollectiveAlgorithm& algorithm,
                       const Group& group, Bytes size);

}  // namespace gossamer
