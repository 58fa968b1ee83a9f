#pragma once
#include <optional>
#include <string>
#include <vector>

#include "sim/ground/settings.hpp"
#include "topologies/error.hpp"

namespace gossamer {

enum class GraphFormat { by_name, edge_list, directed_edge_list, graphml, dot, gml, matrix_market };

/// The names of nodes in an edge list.
enum class NodeIds { from_0, from_1, names };

/// The path and the format of a graph file: see `graph_from_file`.
struct GraphFile {
  std::string path;
  GraphFormat format = GraphFormat::by_name;
  NodeIds ids = NodeIds::from_0;  ///< of edge lists only
};

/// An edge of a file with its attributes: a value, or none, for each requested field.
struct AttributedEdge {
  NodeId from = 0;
  NodeId to = 0;
  std::vector<std::optional<double>> values;
};

/// The edges of a graph file, in its order, with the attributes that have the fields' names: those of a GraphML, DOT or
/// GML edge, or the columns that the first line of an edge list names. Other attributes are ignored.
/// Throws TopologyError as `graph_from_file`, and for an unexpected value; the error names the file and the line or
/// edge.
std::vector<AttributedEdge> read_edge_attributes(const GraphFile& file, const std::vector<NumberField>& fields);

}  // namespace gossamer
