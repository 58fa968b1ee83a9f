#pragma once
#include <cstdint>

#include "topologies/graph.hpp"

namespace gossamer {

/// The random graph G(n, p): every pair of nodes is joined independently with the same probability p. It is drawn again
/// until it is connected.
///
/// The threshold of connectedness is p = ln n / n: with p = (ln n + c)/n one draw is connected with probability about
/// exp(−e^{−c}) (Erdős, Rényi, "On random graphs I", Publ. Math. Debrecen 1959). The gaps between edges are drawn
/// directly (Batagelj, Brandes, "Efficient generation of large random networks", Physical Review E 2005).
/// Cost    O(n + edges) per draw, at most 100 draws.
/// Throws TopologyError if p is not in (0, 1], or if no draw is connected.
Graph erdos_renyi(NodeId nodes, double probability, std::uint64_t seed);

}  // namespace gossamer
