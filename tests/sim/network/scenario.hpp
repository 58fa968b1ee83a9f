#pragma once
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "sim/ground/random.hpp"
#include "sim/network/models/max_min.hpp"
#include "sim/network/platforms/platform_graph.hpp"
#include "sim/network/platforms/platforms.hpp"
#include "tests/sim/network/clock.hpp"

namespace gossamer::testing {

/// Messages on a platform.
struct Scenario {
  struct Message {
    Seconds at{0};
    NodeId from = 0;
    NodeId to = 0;
    Bytes size = 0;
  };

  Platform platform;
  std::vector<Message> messages = {};
  Sharing sharing = Sharing::equal;
  Connections connections = Connections::per_message;
};

/// The error of a time relative to the expected one. The expected time of a message that never arrives is −1 s.
inline double relative_error(double actual, double expected) {
  return actual == expected ? 0 : std::abs(actual / expected - 1);
}

/// The arrivals of its messages; −1 s for those that never arrive.
inline std::vector<double> arrivals(const Scenario& scenario) {
  MaxMinNetwork network{
      {.sharing = scenario.sharing, .connections = scenario.connections}, scenario.platform, scenario.platform.hosts};
  Clock clock{network};
  for (const auto& message : scenario.messages) clock.send(message.at, message.from, message.to, message.size);
  clock.run();
  std::vector<double> result;
  for (const Seconds arrival : clock.arrivals) result.push_back(arrival.count());
  return result;
}

/// Draws of which scenarios are made. The kind of platform goes round; everything else is random.
class ScenarioMaker {
 public:
  explicit ScenarioMaker(std::uint64_t seed) : seed_{seed}, draws_{seed, Purpose::noise} {}

  /// `messages` to random receivers, within the time that a few of them take, their sizes spread over three decades.
  Scenario make(int messages) {
    Scenario scenario{.platform = platform()};
    for (auto& link : scenario.platform.links) {
      link.bandwidth *= between(0.3, 3);
      link.latency *= between(0.5, 2);
    }
    for (int m = 0; m < messages; ++m) {
      const NodeId n = scenario.platform.hosts;
      const NodeId from = below(n);
      const NodeId to = (from + 1 + below(n - 1)) % n;
      const bool together = below(3) == 0;  // several at one instant
      scenario.messages.push_back({.at = Seconds{together ? 0.01 : between(0, 0.05)},
                                   .from = from,
                                   .to = to,
                                   .size = static_cast<Bytes>(1e4 * std::pow(10.0, between(0, 3)))});
    }
    return scenario;
  }

  /// Changes of random links while messages are under way, some of which fail and come back.
  void add_changes(Scenario& scenario, int changes) {
    double at = 0.005;
    for (int k = 0; k < changes; ++k) {
      at += between(0.001, 0.02);
      const auto link = static_cast<LinkId>(below(static_cast<NodeId>(scenario.platform.links.size())));
      const double bandwidth = scenario.platform.links[link].bandwidth;
      const bool fails = below(4) == 0;
      scenario.platform.changes.push_back({Seconds{at}, link, fails ? 0 : bandwidth * between(0.2, 2)});
      if (fails) scenario.platform.changes.push_back({Seconds{at += 0.01}, link, bandwidth});
    }
  }

  double between(double low, double high) { return low + (high - low) * draws_.uniform(); }
  NodeId below(NodeId end) { return static_cast<NodeId>(draws_.below(static_cast<std::uint64_t>(end))); }

 private:
  Platform platform() {
    const NodeId n = 4 + below(20);
    switch (seed_ % 6) {
      case 0:
        return star_platform({}, n);
      case 1:
        return cluster_platform({.backbone_bandwidth = 1.25e8 * between(0.5, 8)}, n);
      case 2:
        return fat_tree_platform({.hosts_per_leaf = 1 + below(5), .spines = 1 + below(3), .uplink_bandwidth = 1.5e8},
                                 n);
      case 3:
        return torus();
      case 4:
        return dumbbell_platform({.bottleneck_bandwidth = 1.25e8 * between(0.5, 4)}, n);
      default:
        return tree(n);
    }
  }

  Platform torus() {
    const NodeId rows = 2 + below(4), columns = 2 + below(4);
    return torus_platform({.dimensions = {rows, columns}}, rows * columns);
  }

  /// A random tree of switches with hosts everywhere, some cables of half duplex.
  Platform tree(NodeId hosts) {
    PlatformGraph graph;
    const auto h = static_cast<std::size_t>(hosts);
    for (std::size_t i = 0; i < h; ++i) graph.hosts.push_back("h" + std::to_string(i));
    for (std::size_t s = 0; s < 4; ++s) graph.switches.push_back("s" + std::to_string(s));
    const auto cable = [&](std::size_t from, std::size_t to) {
      const auto duplex = below(3) == 0 ? PlatformGraph::Duplex::half : PlatformGraph::Duplex::full;
      graph.cables.push_back(
          {.name = "c" + std::to_string(graph.cables.size()), .from = from, .to = to, .duplex = duplex});
    };
    for (std::size_t i = 0; i < h; ++i) cable(i, h + i % 4);
    for (std::size_t s = 1; s < 4; ++s) cable(h + s, h + static_cast<std::size_t>(below(static_cast<NodeId>(s))));
    return routed_platform(std::move(graph), hosts);
  }

  std::uint64_t seed_;
  Draws draws_;
};

}  // namespace gossamer::testing
