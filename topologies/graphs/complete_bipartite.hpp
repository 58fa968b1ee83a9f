#pragma once
#include "topologies/graph.hpp"

namespace gossamer {

/// The complete bipartite graph: nodes 0 … a − 1 are one side, and each is joined to the b nodes of the other side, but
/// to none of its own. It has a b edges, degrees b and a, and diameter 2 if a or b is above 1. The Laplacian has the
/// eigenvalues 0, a (b − 1 times), b (a − 1 times) and a + b.
///
/// Cost    O(n + edges) time.
/// Throws TopologyError if a < 1 or b < 1.
Graph complete_bipartite(NodeId first, NodeId second);

}  // namespace gossamer
