#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/network/network.hpp"

namespace gossamer {

/// A link of a platform, in one direction: its number there.
using LinkId = std::uint32_t;

/// What a message travels on: links with a bandwidth each, and which of them lie between two hosts.
///
/// Node i of an experiment lives on host i. A cable that carries both directions at once is two links, whose names
/// begin with the cable's: "node3/up", "node3/down".
struct Platform {
  struct Link {
    std::string name;
    double bandwidth = 0;  ///< bytes per second
    Seconds latency{0};    ///< a message takes those of its route before its first byte arrives
  };
  /// From a given time on a link has another bandwidth; 0 stands for one that fails.
  struct Change {
    Seconds at{0};
    LinkId link = 0;
    double bandwidth = 0;
  };
  using Route = std::vector<LinkId>;

  NodeId hosts = 0;
  std::vector<Link> links;
  /// Writes the links between two different hosts into a list, in the order of the way: a shortest path.
  std::function<void(NodeId from, NodeId to, Route&)> route;
  std::vector<Change> changes = {};  ///< in the order of time
};

/// The links of a name, or whose name begins with it and a slash: both directions of a cable, all cables of a switch.
std::vector<LinkId> links_named(const Platform& platform, std::string_view name);

/// The time before the first byte arrives.
Seconds latency_of(const Platform& platform, const Platform::Route& route);

}  // namespace gossamer
