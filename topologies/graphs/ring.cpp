#include "topologies/graphs/ring.hpp"

namespace gossamer {

Graph ring(NodeId nodes) {
  check_size("ring", nodes, 3, 2.0 * nodes);
  Graph graph = empty_graph(nodes);
  for (NodeId i = 0; i < nodes; ++i) add_edge(i, (i + 1) % nodes, graph);
  return graph;
}

Graph directed_ring(NodeId nodes) {
  check_size("directed_ring", nodes, 2, nodes);
  Graph graph = empty_directed_graph(nodes);
  for (NodeId i = 0; i < nodes; ++i) add_edge((i + 1) % nodes, i, graph);
  return graph;
}

Graph path(NodeId nodes) {
  check_size("path", nodes, 1, 2.0 * nodes);
  Graph graph = empty_graph(nodes);
  for (NodeId i = 1; i < nodes; ++i) add_edge(i - 1, i, graph);
  return graph;
}

}  // namespace gossamer
