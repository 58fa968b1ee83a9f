#pragma once
#include <cstdint>
#include <vector>

#include "topologies/mixing.hpp"
#include "topologies/rounds/matching.hpp"

namespace gossamer {

/// All edges of W's graph as matchings: each step removes a maximum matching of the remaining edges.
///
/// Edmonds, "Paths, trees, and flowers", Canadian Journal of Mathematics 1965, in Boost.Graph's implementation. A graph
/// has several maximum matchings, and the order of the nodes determines the result. Number 0 is their natural order,
/// every other number a random order. The same number gives the same matchings.
/// There is no bound such as Vizing's: the number of matchings is often d_max, but can be above d_max + 1.
/// Cost    at worst O(n edges) time for each matching.
/// Throws TopologyError if the graph is directed.
std::vector<Matching> maximum_matchings(const Mixing& base, std::uint64_t number);

}  // namespace gossamer
