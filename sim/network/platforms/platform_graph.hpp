#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "sim/network/platforms/platform.hpp"

namespace gossamer {

/// A platform of any shape: hosts and switches, and cables between them.
struct PlatformGraph {
  /// A full-duplex cable carries both directions at its full bandwidth each; on a half-duplex cable both directions
  /// share it.
  enum class Duplex { full, half };

  struct Cable {
    std::string name;
    std::size_t from = 0;  ///< a vertex: hosts are numbered first, then switches
    std::size_t to = 0;
    double bandwidth = 1.25e8;  ///< bytes per second
    Seconds latency{50e-6};
    Duplex duplex = Duplex::full;
  };

  std::vector<std::string> hosts;
  std::vector<std::string> switches;
  std::vector<Cable> cables;
};

/// The platform of a graph. A route has the fewest cables; among such routes, the least latency; among those, the
/// cables that come first. A full-duplex cable "c" is two links "c/forward" and "c/backward"; a half-duplex cable is
/// one link.
/// Cost    a breadth-first search for each receiving switch or host, at its first use.
/// Errors  throws NetworkError if there are fewer hosts than nodes, or no path between two hosts.
Platform routed_platform(PlatformGraph graph, NodeId nodes);

}  // namespace gossamer
