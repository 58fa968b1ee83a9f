#pragma once
#include <cstdint>
#include <vector>

#include "topologies/matching.hpp"
#include "topologies/mixing.hpp"

namespace gossamer {

/// All edges of W's graph as matchings: again and again a matching of as many as possible of the edges that are left.
///
/// Edmonds, "Paths, trees, and flowers", Canadian Journal of Mathematics 1965, by Boost.Graph. A graph has several
/// maximum matchings, and the one that is found depends on the order of the nodes: number 0 takes their own, every
/// other number a random order of its own. Same number, same matchings.
/// There is no bound such as Vizing's: the number of matchings is often d_max, and can be above d_max + 1.
/// Cost    at worst O(n edges) time for each matching.
/// Throws TopologyError where the graph is directed.
std::vector<Matching> maximum_matchings(const Mixing& base, std::uint64_t number);

}  // namespace gossamer
