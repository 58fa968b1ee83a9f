#include "topologies/rounds/edge_coloring.hpp"

#include <algorithm>
#include <cassert>

#include <fmt/format.h>

#include "topologies/facts.hpp"
#include "topologies/graph.hpp"

namespace gossamer {
namespace {

/// The colors of edges, as a table: the neighbor of a node along the edge of a color.
class Coloring {
 public:
  using Color = NodeId;

  Coloring(NodeId nodes, Color colors)
      : colors_{colors}, by_color_(static_cast<std::size_t>(nodes) * static_cast<std::size_t>(colors), nobody) {}

  bool is_free(NodeId i, Color color) const { return at(i, color) == nobody; }
  Color free_color(NodeId i) const {
    Color color = 0;
    while (!is_free(i, color)) ++color;
    assert(color < colors_ && "a node of degree d has a free color among d + 1");
    return color;
  }
  Color color_of(NodeId i, NodeId j) const {
    Color color = 0;
    while (at(i, color) != j) ++color;
    return color;
  }
  NodeId at(NodeId i, Color color) const { return by_color_[index(i, color)]; }
  void set(NodeId i, NodeId j, Color color) { by_color_[index(i, color)] = j, by_color_[index(j, color)] = i; }
  void clear(NodeId i, NodeId j, Color color) { by_color_[index(i, color)] = by_color_[index(j, color)] = nobody; }

  /// Swaps two colors along the path that leaves node i by the first color. The second color must be free at i.
  void flip(NodeId i, Color first, Color second) {
    std::vector<NodeId> path{i};
    for (Color color = first; !is_free(path.back(), color); color = first + second - color)
      path.push_back(at(path.back(), color));
    for (std::size_t k = 0; k + 1 < path.size(); ++k) clear(path[k], path[k + 1], k % 2 == 0 ? first : second);
    for (std::size_t k = 0; k + 1 < path.size(); ++k) set(path[k], path[k + 1], k % 2 == 0 ? second : first);
  }

 private:
  static constexpr NodeId nobody = -1;
  std::size_t index(NodeId i, Color color) const {
    return static_cast<std::size_t>(i) * static_cast<std::size_t>(colors_) + static_cast<std::size_t>(color);
  }
  Color colors_;
  std::vector<NodeId> by_color_;
};

/// Kőnig: the path that leaves j by a color free at i does not end at i, since i is on the other side.
void add_to_bipartite(NodeId i, NodeId j, Coloring& coloring) {
  const auto color = coloring.free_color(i);
  if (!coloring.is_free(j, color)) coloring.flip(j, color, coloring.free_color(j));
  coloring.set(i, j, color);
}

/// A maximal fan: neighbors of i, beginning with j, such that the edge to each later one has a color that is free at
/// the one before.
std::vector<NodeId> fan_of(NodeId i, NodeId j, Coloring::Color colors, const Coloring& coloring) {
  std::vector<NodeId> fan{j};
  std::vector<bool> used(static_cast<std::size_t>(colors));
  for (Coloring::Color color = 0; color < colors; ++color) {
    if (used[static_cast<std::size_t>(color)] || coloring.is_free(i, color) || !coloring.is_free(fan.back(), color))
      continue;
    used[static_cast<std::size_t>(color)] = true;
    fan.push_back(coloring.at(i, color));
    color = -1;  // start again: the next node may have any free color
  }
  return fan;
}

/// Gives each edge from i to the fan's nodes before `last` the color of the next edge. The edge to node `last` then has
/// no color and gets `color`.
void rotate(NodeId i, const std::vector<NodeId>& fan, std::size_t last, Coloring::Color color, Coloring& coloring) {
  for (std::size_t k = 0; k < last; ++k) {
    const auto next = coloring.color_of(i, fan[k + 1]);
    coloring.clear(i, fan[k + 1], next);
    coloring.set(i, fan[k], next);
  }
  coloring.set(i, fan[last], color);
}

/// Misra and Gries: c is free at i and d is free at the end of the fan. The path of c and d from i is flipped. Then d
/// is free at i, and also at some node of the fan such that the nodes up to it still form a fan.
void add_to_any(NodeId i, NodeId j, Coloring::Color colors, Coloring& coloring) {
  const std::vector<NodeId> fan = fan_of(i, j, colors, coloring);
  const auto c = coloring.free_color(i), d = coloring.free_color(fan.back());
  if (!coloring.is_free(i, d)) coloring.flip(i, d, c);
  std::size_t last = 0;
  while (!coloring.is_free(fan[last], d)) ++last;
  rotate(i, fan, last, d, coloring);
}

NodeId max_degree(const Mixing& base) {
  std::size_t highest = 0;
  for (NodeId i = 0; i < base.size(); ++i) highest = std::max(highest, base.neighbors(i).size());
  return static_cast<NodeId>(highest);
}

}  // namespace

std::vector<std::pair<NodeId, NodeId>> undirected_edges(const char* topology, const Mixing& base) {
  if (base.is_directed())
    throw TopologyError{fmt::format("{}: the graph is directed, expected an undirected one", topology)};
  std::vector<std::pair<NodeId, NodeId>> edges;
  for (NodeId i = 0; i < base.size(); ++i)
    for (const NodeId j : base.neighbors(i))
      if (i < j) edges.emplace_back(i, j);
  return edges;
}

std::vector<Matching> edge_coloring(const Mixing& base) {
  const auto edges = undirected_edges("edge_coloring", base);
  const bool two_sides = bipartite(base);
  const Coloring::Color colors = max_degree(base) + (two_sides ? 0 : 1);
  check_size("edge_coloring", base.size(), 1, static_cast<double>(base.size()) * colors);
  Coloring coloring{base.size(), colors};
  for (const auto& [i, j] : edges) {
    if (two_sides)
      add_to_bipartite(i, j, coloring);
    else
      add_to_any(i, j, colors, coloring);
  }
  std::vector<Matching> matchings(static_cast<std::size_t>(colors));
  for (NodeId i = 0; i < base.size(); ++i)
    for (Coloring::Color color = 0; color < colors; ++color)
      if (!coloring.is_free(i, color) && i < coloring.at(i, color))
        matchings[static_cast<std::size_t>(color)].emplace_back(i, coloring.at(i, color));
  std::erase_if(matchings, [](const Matching& matching) { return matching.empty(); });
  return matchings;
}

}  // namespace gossamer
