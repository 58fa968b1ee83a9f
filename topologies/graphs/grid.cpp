#include "topologies/graphs/grid.hpp"

#include <fmt/format.h>

namespace gossamer {
namespace {

void check_sides(std::string_view topology, NodeId rows, NodeId columns, double border_arcs) {
  if (rows < 1 || columns < 1)
    throw TopologyError{fmt::format("{}: sides must be at least 1, got {} × {}", topology, rows, columns)};
  const std::int64_t nodes = std::int64_t{rows} * columns;
  check_size(topology, nodes, 1, 4.0 * static_cast<double>(nodes) - border_arcs);
}

}  // namespace

Graph torus(NodeId rows, NodeId columns) {
  check_sides("torus", rows, columns, 0);
  const auto at = [&](NodeId r, NodeId c) { return (r % rows) * columns + c % columns; };
  // A circle of two nodes is one edge, a circle of one node none.
  const auto circle = [](NodeId side) { return side > 2 ? side : side - 1; };
  Graph graph = empty_graph(rows * columns);
  for (NodeId r = 0; r < rows; ++r) {
    for (NodeId c = 0; c < columns; ++c) {
      if (c < circle(columns)) add_edge(at(r, c), at(r, c + 1), graph);
      if (r < circle(rows)) add_edge(at(r, c), at(r + 1, c), graph);
    }
  }
  return graph;
}

Graph grid(NodeId rows, NodeId columns) {
  check_sides("grid", rows, columns, 2.0 * rows + 2.0 * columns);
  const auto at = [&](NodeId r, NodeId c) { return r * columns + c; };
  Graph graph = empty_graph(rows * columns);
  for (NodeId r = 0; r < rows; ++r) {
    for (NodeId c = 0; c < columns; ++c) {
      if (c + 1 < columns) add_edge(at(r, c), at(r, c + 1), graph);
      if (r + 1 < rows) add_edge(at(r, c), at(r + 1, c), graph);
    }
  }
  return graph;
}

}  // namespace gossamer
