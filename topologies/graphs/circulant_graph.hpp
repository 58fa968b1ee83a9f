#pragma once
#include <cstdint>
#include <vector>

#include "topologies/graph.hpp"

namespace gossamer {

/// The undirected circulant graph: node i is joined to i ± u modulo n for every offset u. Regular; offsets count modulo
/// n, and u and n − u are the same edges.
///
/// With r neighbors and uniform weights W has the eigenvalues (1 + Σ_v cos(2πkv/n))/(r + 1), the sum over all r offsets
/// v = ±u. Connected if the greatest common divisor of n and the offsets is 1.
/// Cost    O(n + edges) time.
/// Throws TopologyError if n < 2, there is no offset, or one is a multiple of n.
Graph circulant_graph(NodeId nodes, const std::vector<std::int64_t>& offsets);

}  // namespace gossamer
