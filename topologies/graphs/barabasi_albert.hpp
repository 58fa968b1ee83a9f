#pragma once
#include <cstdint>

#include "topologies/graph.hpp"

namespace gossamer {

/// A graph grown by preferential attachment: each new node joins m different earlier ones, chosen with probability
/// proportional to their degree. It starts from a star of m + 1 nodes.
///
/// Always connected, with m (n − m) edges; the fraction of nodes of degree k decreases as k⁻³.
/// Barabási, Albert, "Emergence of scaling in random networks", Science 1999. The paper does not define the start and
/// the choice of m different nodes. Here a node that was already drawn is drawn again.
/// Cost    O(n m²) expected time: each new edge is compared with the node's other new edges.
/// Throws TopologyError if m < 1 or n ≤ m.
Graph barabasi_albert(NodeId nodes, NodeId attachments, std::uint64_t seed);

}  // namespace gossamer
