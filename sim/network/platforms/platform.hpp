#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/network/network.hpp"

namespace gossamer {

/// The number of a platform's link, in one direction.
using LinkId = std::uint32_t;

/// A platform: links with bandwidths and latencies, and a route of links between any two hosts.
///
/// Node i of an experiment is host i. A cable that carries both directions at the same time is two links, whose names
/// begin with the cable's name: "node3/up", "node3/down".
struct Platform {
  struct Link {
    std::string name;
    double bandwidth = 0;  ///< bytes per second
    Seconds latency{0};    ///< a message takes the sum over its route before its first byte arrives
  };
  /// From the time `at` on, a link has another bandwidth; 0 means that it has failed.
  struct Change {
    Seconds at{0};
    LinkId link = 0;
    double bandwidth = 0;
  };
  using Route = std::vector<LinkId>;

  NodeId hosts = 0;
  std::vector<Link> links;
  /// Writes the links of a shortest path between two different hosts to a list, in the order of travel.
  std::function<void(NodeId from, NodeId to, Route&)> route;
  std::vector<Change> changes = {};  ///< in the order of time
};

/// The links with a given name, or with a name that begins with it and a slash: both directions of a cable, or all
/// cables of a switch.
std::vector<LinkId> links_named(const Platform& platform, std::string_view name);

/// The time before the first byte arrives: the sum of the route's latencies.
Seconds latency_of(const Platform& platform, const Platform::Route& route);

}  // namespace gossamer
