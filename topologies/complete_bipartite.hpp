#pragma once
#include "topologies/graph.hpp"

namespace gossamer {

/// Nodes 0 … a − 1 on one side, all joined to the b nodes of the other side, and to none of their own. a b edges,
/// degrees b and a, diameter 2 if a or b is above 1. The Laplacian has the eigenvalues 0, a (b − 1 times), b (a − 1
/// times) and a + b.
///
/// Throws TopologyError where a < 1 or b < 1.
Graph complete_bipartite(NodeId first, NodeId second);

}  // namespace gossamer
