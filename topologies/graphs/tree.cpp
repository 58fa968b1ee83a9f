#include "topologies/graphs/tree.hpp"

#include <fmt/format.h>

namespace gossamer {

Graph tree(NodeId nodes, NodeId children) {
  check_size("tree", nodes, 1, 2.0 * nodes);
  if (children < 1) throw TopologyError{fmt::format("tree: a node needs at least 1 child, got {}", children)};
  Graph graph = empty_graph(nodes);
  for (NodeId i = 1; i < nodes; ++i) add_edge((i - 1) / children, i, graph);
  return graph;
}

}  // namespace gossamer
