#include "topologies/graphs/hypercube.hpp"

#include <fmt/format.h>

namespace gossamer {

Graph hypercube(NodeId dimension) {
  constexpr NodeId highest = 23;  // 23 · 2²³ arcs are allowed, 24 · 2²⁴ are too many
  if (dimension < 0 || dimension > highest)
    throw TopologyError{fmt::format("hypercube: dimension must be from 0 to {}, got {}", highest, dimension)};
  const NodeId nodes = NodeId{1} << dimension;
  Graph graph = empty_graph(nodes);
  for (NodeId i = 0; i < nodes; ++i)
    for (NodeId bit = 1; bit < nodes; bit <<= 1)
      if ((i & bit) == 0) add_edge(i, i | bit, graph);
  return graph;
}

}  // namespace gossamer
