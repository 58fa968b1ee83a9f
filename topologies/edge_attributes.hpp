#pragma once
#include <optional>
#include <string>
#include <vector>

#include "sim/settings.hpp"
#include "topologies/error.hpp"

namespace gossamer {

enum class GraphFormat { by_name, edge_list, directed_edge_list, graphml, dot, gml, matrix_market };

/// How an edge list names its nodes.
enum class NodeIds { from_0, from_1, names };

/// Where a graph is: see `graph_from_file`.
struct GraphFile {
  std::string path;
  GraphFormat format = GraphFormat::by_name;
  NodeIds ids = NodeIds::from_0;  ///< of edge lists only
};

/// An edge of a file and what stands there about it: a value, or none, for each field that was asked for.
struct AttributedEdge {
  NodeId from = 0;
  NodeId to = 0;
  std::vector<std::optional<double>> values;
};

/// The edges of a graph file, in its order, with the attributes that bear the fields' names: those of a GraphML, DOT
/// or GML edge, the columns that the first line of an edge list names. Other attributes are passed over.
/// Throws TopologyError as `graph_from_file`, and, with file and line or edge, for a value that is not as expected.
std::vector<AttributedEdge> read_edge_attributes(const GraphFile& file, const std::vector<NumberField>& fields);

}  // namespace gossamer
