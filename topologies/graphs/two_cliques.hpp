#pragma once
#include "topologies/graph.hpp"

namespace gossamer {

/// Two cliques joined by a path, the barbell graph: nodes 0 … a − 1 are all joined with each other, and so are the last
/// b nodes. The `bridge` nodes between them form a path from node a − 1 to node n − b. a and b are the halves of
/// n − bridge; a is the larger one if they differ. Without a bridge an edge joins the cliques. This bottleneck makes
/// averaging very slow.
///
/// n = 2m nodes without a bridge have λ₂(Lap) = ((m + 2) − √((m + 2)² − 8))/2 ≈ 2/(m + 2), and m(m − 1) + 1 edges.
/// Its diameter is bridge + 3 if both cliques have at least 2 nodes.
/// Cost    O(n + edges) time.
/// Throws TopologyError if n − bridge < 2, or bridge < 0.
Graph two_cliques(NodeId nodes, NodeId bridge = 0);

}  // namespace gossamer
