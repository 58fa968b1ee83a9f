#pragma once
#include "topologies/graph.hpp"

namespace gossamer {

/// The complete binary tree, filled level by level: node i is joined to 2i + 1 and 2i + 2. Degree at most 3, n − 1
/// edges.
///
/// With k full levels (n = 2^k − 1) its diameter is 2(k − 1).
/// Cost    O(n + edges) time.
/// Throws TopologyError if n < 1.
Graph binary_tree(NodeId nodes);

}  // namespace gossamer
