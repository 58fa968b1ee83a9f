#include "topologies/files/matching_file.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <ostream>
#include <utility>

#include <fmt/format.h>

#include "sim/ground/written_file.hpp"
#include "topologies/files/text_lines.hpp"
#include "topologies/rounds/edge_coloring.hpp"

namespace gossamer {

std::vector<Matching> matchings_from_file(const std::filesystem::path& path, const Mixing& base) {
  const auto edges = undirected_edges("matchings", base);
  TextLines lines{path};
  std::map<std::pair<NodeId, NodeId>, std::int64_t> line_of_edge;
  std::map<std::pair<NodeId, NodeId>, std::int64_t> line_of_node;  // by matching and node
  std::map<NodeId, Matching> matchings;
  while (lines.next()) {
    if (lines.fields().size() != 3)
      lines.fail(
          fmt::format("{} fields, expected an edge and the number of its matching, \"i j m\"", lines.fields().size()));
    const std::pair<NodeId, NodeId> edge = std::minmax({lines.node(0), lines.node(1)});
    const NodeId matching = lines.node(2);
    if (!std::binary_search(edges.begin(), edges.end(), edge))
      lines.fail(fmt::format("{} {} is no edge of the graph", edge.first, edge.second));
    if (const auto [at, first] = line_of_edge.emplace(edge, lines.line()); !first)
      lines.fail(fmt::format("the edge {} {} is there twice, first on line {}", edge.first, edge.second, at->second));
    for (const NodeId node : {edge.first, edge.second})
      if (const auto [at, first] = line_of_node.emplace(std::pair{matching, node}, lines.line()); !first)
        lines.fail(
            fmt::format("matching {} has two edges at node {}, the other one on line {}", matching, node, at->second));
    matchings[matching].push_back(edge);
  }
  for (const auto& edge : edges)
    if (!line_of_edge.contains(edge))
      throw TopologyError{fmt::format("{}: the edge {} {} of the graph is missing, expected every edge in a matching",
                                      path.string(), edge.first, edge.second)};
  std::vector<Matching> result;
  for (auto& [number, matching] : matchings) {
    std::sort(matching.begin(), matching.end());
    result.push_back(std::move(matching));
  }
  return result;
}

void write_matchings(const std::vector<ActiveMatching>& matchings, const std::filesystem::path& path) {
  write_file(path, [&](std::ostream& out) {
    for (std::size_t m = 0; m < matchings.size(); ++m) {
      out << fmt::format("# matching {} is active with probability {}\n", m, matchings[m].probability);
      for (const auto& [i, j] : matchings[m].edges) out << fmt::format("{} {} {}\n", i, j, m);
    }
  });
}

}  // namespace gossamer
