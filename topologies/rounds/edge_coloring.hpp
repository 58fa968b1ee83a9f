#pragma once
#include <utility>
#include <vector>

#include "topologies/mixing.hpp"
#include "topologies/rounds/matching.hpp"

namespace gossamer {

/// The edges (i, j), i < j, of W's graph, in ascending order. Throws TopologyError, which names `topology`, if the
/// graph is directed.
std::vector<std::pair<NodeId, NodeId>> undirected_edges(const char* topology, const Mixing& base);

/// All edges of W's graph as matchings, by a proper edge coloring: d_max matchings if the graph is bipartite, otherwise
/// at most d_max + 1 (Vizing's bound). No matching is empty.
///
/// Bipartite graphs by alternating paths (Kőnig), others by Misra, Gries, "A constructive proof of Vizing's theorem",
/// Information Processing Letters 1992.
/// Cost    O(edges × (n + d_max)) time at worst, n (d_max + 1) numbers of memory.
/// Throws TopologyError if the graph is directed.
std::vector<Matching> edge_coloring(const Mixing& base);

}  // namespace gossamer
