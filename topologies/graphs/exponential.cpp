#include "topologies/graphs/exponential.hpp"

#include <cmath>
#include <cstdint>
#include <vector>

#include <fmt/format.h>

#include "topologies/graphs/circulant_graph.hpp"

namespace gossamer {
namespace {

/// 1, b, b², … up to `last`.
std::vector<std::int64_t> powers(const char* topology, NodeId base, NodeId last) {
  if (base < 2) throw TopologyError{fmt::format("{}: base must be at least 2, got {}", topology, base)};
  std::vector<std::int64_t> result;
  for (std::int64_t power = 1; power <= last; power *= base) result.push_back(power);
  return result;
}

}  // namespace

Graph exponential(NodeId nodes, NodeId base) {
  check_size("exponential", nodes, 2, nodes * std::ceil(std::log2(static_cast<double>(nodes))));
  Graph graph = empty_directed_graph(nodes);
  const std::vector<std::int64_t> offsets = powers("exponential", base, nodes - 1);
  for (NodeId i = 0; i < nodes; ++i)
    for (const std::int64_t offset : offsets) add_edge(static_cast<NodeId>((i + offset) % nodes), i, graph);
  return graph;
}

Graph symmetric_exponential(NodeId nodes, NodeId base) {
  check_size("symmetric_exponential", nodes, 2, 2 * nodes * std::ceil(std::log2(static_cast<double>(nodes))));
  return circulant_graph(nodes, powers("symmetric_exponential", base, nodes / 2));
}

}  // namespace gossamer
