#include "topologies/graphs/binary_tree.hpp"

namespace gossamer {

Graph binary_tree(NodeId nodes) {
  check_size("binary_tree", nodes, 1, 2.0 * nodes);
  Graph graph = empty_graph(nodes);
  for (NodeId i = 1; i < nodes; ++i) add_edge((i - 1) / 2, i, graph);
  return graph;
}

}  // namespace gossamer
