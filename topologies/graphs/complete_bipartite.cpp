#include "topologies/graphs/complete_bipartite.hpp"

#include <fmt/format.h>

namespace gossamer {

Graph complete_bipartite(NodeId first, NodeId second) {
  if (first < 1 || second < 1)
    throw TopologyError{
        fmt::format("complete_bipartite: each side needs at least 1 node, got {} and {}", first, second)};
  check_size("complete_bipartite", std::int64_t{first} + second, 2, 2.0 * first * second);
  Graph graph = empty_graph(first + second);
  for (NodeId i = 0; i < first; ++i)
    for (NodeId j = 0; j < second; ++j) add_edge(i, first + j, graph);
  return graph;
}

}  // namespace gossamer
