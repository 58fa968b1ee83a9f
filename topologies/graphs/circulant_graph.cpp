#include "topologies/graphs/circulant_graph.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace gossamer {

Graph circulant_graph(NodeId nodes, const std::vector<std::int64_t>& offsets) {
  check_size("circulant", nodes, 2, 2.0 * nodes * static_cast<double>(offsets.size()));
  if (offsets.empty()) throw TopologyError{"circulant: needs at least 1 offset, got none"};
  std::set<NodeId> steps;  // up to half the circle
  for (const std::int64_t offset : offsets) {
    const auto step = static_cast<NodeId>((offset % nodes + nodes) % nodes);
    if (step == 0)
      throw TopologyError{fmt::format("circulant: offset {} joins every node of {} to itself", offset, nodes)};
    steps.insert(std::min(step, nodes - step));
  }
  Graph graph = empty_graph(nodes);
  for (const NodeId step : steps)
    for (NodeId i = 0; i < (2 * std::int64_t{step} == nodes ? step : nodes); ++i)
      add_edge(i, static_cast<NodeId>((std::int64_t{i} + step) % nodes), graph);
  return graph;
}

}  // namespace gossamer
