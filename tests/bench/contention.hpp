#pragma once
#include <algorithm>
#include <cstdint>
#include <memory>

#include "sim/compute/laws.hpp"
#include "sim/network/platforms/platforms.hpp"
#include "tests/bench/graphs.hpp"

/// Nodes on a random 4-regular graph, the same for Gossamer and for SimGrid. Their messages share links, or hardly do.
/// An interaction is two messages and the computation between them.
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
          .least_messages = 15.0 * nodes};  // 20 a node in a second, less the messages in flight at its ends
}

/// A link between two nodes, or, split in two, from a card to the switch and on.
inline constexpr Seconds link_latency{1e-3};
inline constexpr double link_bandwidth = 1.25e8;

/// Pair gossip in which hardly anybody waits for a link: after two steps of an exponential time with a mean of 10 ms, a
/// node exchanges 100 kB each way with a random neighbor, 1.8 ms each. So a node has an interaction every 23.6 ms.
inline Contention pair_gossip(NodeId nodes, Seconds until) {
  const double interactions = until.count() / 23.6e-3;
  return {.topology = random_regular(nodes, degree),
          .platform = {.hosts = nodes, .links = {}, .route = {}},  // models without links between many
          .steps = step_times(ExponentialStep{Seconds{0.01}}, 1),
          .payload = 100'000,
          .least_messages = 1.8 * (interactions - 1) * nodes};  // the last one may be under way
}

/// Virtual time of about 200,000 interactions, at least of four a node.
inline Seconds pair_gossip_time(NodeId nodes) { return Seconds{std::max(0.1, 4800.0 / nodes)}; }

}  // namespace gossamer::bench
