#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include <boost/graph/adjacency_list.hpp>

#include "sim/ground/quantities.hpp"
#include "topologies/error.hpp"

namespace gossamer {

/// The largest number of nodes, and of arcs, that a graph may have.
inline constexpr NodeId max_nodes = NodeId{1} << 28;
inline constexpr std::int64_t max_arcs = std::int64_t{1} << 28;

/// A simple graph: nodes 0 … n − 1 and arcs i → j, "i sends to j", without loops and without parallel arcs.
///
/// An undirected graph contains both arcs of every edge, so code that iterates over arcs need not distinguish the
/// kinds.
/// Memory  about 24 bytes per node and 4 to 8 bytes per arc.
struct Graph {
  using Arcs = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;

  Arcs arcs;
  bool directed = false;
};

/// n nodes and no edge.
Graph empty_graph(NodeId nodes);
Graph empty_directed_graph(NodeId nodes);

/// Joins i and j: by the arc i → j if the graph is directed, otherwise by both arcs.
/// The graph stays simple only if the caller adds no loop and adds no edge twice.
void add_edge(NodeId i, NodeId j, Graph& graph);

NodeId size(const Graph& graph);

/// The nodes to which node i sends, in no particular order.
auto inline receivers(NodeId i, const Graph& graph) {
  return boost::make_iterator_range(boost::adjacent_vertices(static_cast<std::size_t>(i), graph.arcs));
}

/// Whether every node reaches every other along the arcs.
bool connected(const Graph& graph);

/// The graph with every arc reversed; an undirected graph is its own reverse.
Graph reversed(const Graph& graph);

/// Checks the size of a graph: throws TopologyError, which names `topology`, if `nodes` is below `least` or above
/// `max_nodes`, or if the arcs would exceed `max_arcs`.
void check_size(std::string_view topology, std::int64_t nodes, std::int64_t least, double arcs);

}  // namespace gossamer
