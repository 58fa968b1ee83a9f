#include "topologies/graphs/two_cliques.hpp"

#include <fmt/format.h>

namespace gossamer {

Graph two_cliques(NodeId nodes, NodeId bridge) {
  const double half = (nodes - bridge) / 2.0 + 1;
  check_size("two_cliques", nodes, 2, 2 * half * half + 2.0 * bridge);
  if (bridge < 0 || bridge > nodes - 2)
    throw TopologyError{fmt::format("two_cliques: bridge must be from 0 to {}, two below the number of nodes, got {}",
                                    nodes - 2, bridge)};
  const NodeId second_size = (nodes - bridge) / 2, second = nodes - second_size;
  const NodeId first_size = second - bridge;
  Graph graph = empty_graph(nodes);
  const auto join_all = [&graph](NodeId begin, NodeId end) {
    for (NodeId i = begin; i < end; ++i)
      for (NodeId j = i + 1; j < end; ++j) add_edge(i, j, graph);
  };
  join_all(0, first_size);
  for (NodeId i = first_size; i <= second; ++i) add_edge(i - 1, i, graph);
  join_all(second, nodes);
  return graph;
}

}  // namespace gossamer
