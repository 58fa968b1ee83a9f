#include "topologies/files/graph_export.hpp"

#include <ostream>
#include <utility>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/graphml.hpp>
#include <boost/graph/graphviz.hpp>

namespace gossamer {
namespace {

template <class Direction>
using WeightedGraph = boost::adjacency_list<boost::vecS, boost::vecS, Direction, boost::no_property,
                                            boost::property<boost::edge_weight_t, double>>;

/// Converts the graph to Boost's types and calls `write(graph, properties)`.
template <class Direction, class Write>
void write_as(const Mixing& mixing, const Write& write) {
  WeightedGraph<Direction> graph(static_cast<std::size_t>(mixing.size()));
  constexpr bool directed = std::is_same_v<Direction, boost::directedS>;
  for (NodeId i = 0; i < mixing.size(); ++i)
    for (const NodeId j : mixing.neighbors(i))
      if (directed || j < i)
        boost::add_edge(static_cast<std::size_t>(j), static_cast<std::size_t>(i), mixing.weight(i, j), graph);
  boost::dynamic_properties properties;
  properties.property("weight", boost::get(boost::edge_weight, graph));
  write(graph, properties);
}

/// Writes an undirected graph if W is symmetric. Otherwise weights may differ by direction, and it writes arcs.
template <class Write>
void write_in_its_direction(const Mixing& mixing, const Write& write) {
  if (mixing.is_symmetric())
    write_as<boost::undirectedS>(mixing, write);
  else
    write_as<boost::directedS>(mixing, write);
}

}  // namespace

void write_dot(const Mixing& mixing, std::ostream& out) {
  write_in_its_direction(mixing, [&out](auto& graph, auto& properties) {
    properties.property("node_id", boost::get(boost::vertex_index, graph));
    boost::write_graphviz_dp(out, graph, properties);
  });
}

void write_graphml(const Mixing& mixing, std::ostream& out) {
  write_in_its_direction(
      mixing, [&out](const auto& graph, const auto& properties) { boost::write_graphml(out, graph, properties); });
}

}  // namespace gossamer
