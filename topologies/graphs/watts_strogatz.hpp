#pragma once
#include <cstdint>

#include "topologies/graph.hpp"

namespace gossamer {

/// A small world: a ring on which every node is joined to its `degree` nearest nodes. Each edge then moves to a random
/// other node with probability β. The graph is drawn again until it is connected.
///
/// Edge (i, i + s) keeps its end i; its other end moves to a node chosen uniformly among all that make no loop and no
/// parallel edge. The number of edges stays n · degree/2. β = 0 gives the ring lattice.
/// Watts, Strogatz, "Collective dynamics of 'small-world' networks", Nature 1998.
/// Cost    O(n degree²) per draw, at most 100 draws.
/// Throws TopologyError if the degree is odd, below 2 or not below n, β is not in [0, 1], or no draw is connected.
Graph watts_strogatz(NodeId nodes, NodeId degree, double rewiring, std::uint64_t seed);

}  // namespace gossamer
