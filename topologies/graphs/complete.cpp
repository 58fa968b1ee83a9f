#include "topologies/graphs/complete.hpp"

#include <fmt/format.h>

namespace gossamer {

Graph complete(NodeId nodes) {
  check_size("complete", nodes, 1, static_cast<double>(nodes) * (nodes - 1.0));
  Graph graph = empty_graph(nodes);
  for (NodeId i = 0; i < nodes; ++i)
    for (NodeId j = i + 1; j < nodes; ++j) add_edge(i, j, graph);
  return graph;
}

Graph star(NodeId nodes, NodeId hub) {
  check_size("star", nodes, 2, 2.0 * nodes);
  if (hub < 0 || hub >= nodes)
    throw TopologyError{fmt::format("star: center {} is no node, expected one from 0 to {}", hub, nodes - 1)};
  Graph graph = empty_graph(nodes);
  for (NodeId i = 0; i < nodes; ++i)
    if (i != hub) add_edge(hub, i, graph);
  return graph;
}

}  // namespace gossamer
