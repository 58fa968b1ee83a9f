#pragma once
#include <cstdint>
#include <memory>

#include "sim/compute/laws.hpp"
#include "sim/network/platforms.hpp"
#include "tests/bench/graphs.hpp"

/// Nodes on a random 4-regular graph whose messages share links, the same for Gossamer and for SimGrid. An interaction
/// is two messages and what two nodes compute between them.
namespace gossamer::bench {

struct Contention {
  Topology topology;
  Platform platform;
  std::unique_ptr<StepTimes> steps;
  Bytes payload = 0;
  double least_messages = 0;  ///< that a run takes
};

inline constexpr NodeId degree = 4;
inline constexpr std::uint64_t rounds = 10;
inline constexpr Seconds gossip_time{1};

/// A synchronous round: every node sends 1 MB to each neighbor at once, computes for an exponential time with a mean of
/// 10 ms, and waits for the neighbors' messages. A star with cards of 1 Gbit/s.
inline Contention shared_cards(NodeId nodes) {
  return {.topology = random_regular(nodes, degree),
          .platform = star_platform({}, nodes),
          .steps = step_times(ExponentialStep{Seconds{0.01}}, 1),
          .payload = 1'000'000,
          .least_messages = static_cast<double>(rounds) * degree * nodes};
}

/// Pair gossip: after steps of an exponential time with a mean of 10 ms, a node exchanges 100 kB each way with a random
/// neighbor. The backbone has 2 MB/s for each node, so that nearly all of them wait for it.
inline Contention saturated_backbone(NodeId nodes) {
  return {.topology = random_regular(nodes, degree),
          .platform = cluster_platform({.backbone_bandwidth = 2e6 * nodes}, nodes),
          .steps = step_times(ExponentialStep{Seconds{0.01}}, 1),
          .payload = 100'000,
          .least_messages = 15.0 * nodes};  // 20 a node in a second, less what is under way at its ends
}

}  // namespace gossamer::bench
