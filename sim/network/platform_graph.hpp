#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "sim/network/platform.hpp"

namespace gossamer {

/// A platform of any shape: hosts and switches, and cables between them.
struct PlatformGraph {
  /// Whether a cable carries both directions at once, each at its full bandwidth, or both share it.
  enum class Duplex { full, half };

  struct Cable {
    std::string name;
    std::size_t from = 0;  ///< a vertex: hosts are counted first, then switches
    std::size_t to = 0;
    double bandwidth = 1.25e8;  ///< bytes per second
    Seconds latency{50e-6};
    Duplex duplex = Duplex::full;
  };

  std::vector<std::string> hosts;
  std::vector<std::string> switches;
  std::vector<Cable> cables;
};

/// The platform of a graph, with routes of the fewest cables; among those, of the least latency; among those, over the
/// cables that stand first. A full-duplex cable "c" is the links "c/forward" and "c/backward", of half duplex one link.
/// Routes are found when they are asked for: a breadth-first search for each receiving switch.
/// Throws NetworkError where there are fewer hosts than nodes, or no way between two hosts.
Platform routed_platform(PlatformGraph graph, NodeId nodes);

}  // namespace gossamer
