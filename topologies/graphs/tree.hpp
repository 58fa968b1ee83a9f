#pragma once
#include "topologies/graph.hpp"

namespace gossamer {

/// The balanced tree, filled level by level: node i is joined to its children d i + 1 … d i + d. Its inner nodes have
/// degree d + 1, the root d; n − 1 edges, bipartite.
///
/// With k full levels, n = (d^k − 1)/(d − 1) for d > 1, its diameter is 2(k − 1). d = 1 gives a path, d = 2 the
/// `binary_tree`, d = n − 1 a star.
/// Cost    O(n + edges) time.
/// Throws TopologyError if n < 1 or d < 1.
Graph tree(NodeId nodes, NodeId children);

}  // namespace gossamer
