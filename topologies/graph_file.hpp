#pragma once
#include <filesystem>
#include <vector>

#include "topologies/edge_attributes.hpp"
#include "topologies/graph.hpp"

namespace gossamer {

/// The graph in a file. `by_name` takes .graphml and .dot or .gv for what they say, all else for an undirected edge
/// list.
///
/// - Edge list: two node numbers a line, "i j", directed from i to j; # or % begins a comment. The largest number is
///   n − 1. Where the first line is "from to …", which names columns, every line has as many fields.
/// - GraphML: nodes are numbered in the order in which they stand; edgedefault says whether they are directed.
/// - DOT: nodes named 0 … n − 1 keep these numbers, else all are numbered in the alphabetical order of their names;
///   `graph` is undirected, `digraph` directed.
///
/// Throws TopologyError, with file and line where there is one, where the file cannot be read, a line is not as above,
/// an edge is a loop or stands there twice, or there is no node. Whether the graph is connected is asked of its W.
Graph graph_from_file(const std::filesystem::path& path, GraphFormat format = GraphFormat::by_name);

/// Rounds of graphs: a text file of one graph file a line, by its path, which begins at the folder of the list if it is
/// relative; # or % begins a comment. Formats go by name, as above. All rounds have n nodes, the most that a file has:
/// an edge list leaves out those without edges beyond its largest number.
/// Throws TopologyError as above, if there is no line, and if a GraphML or DOT file has fewer than n nodes.
std::vector<Graph> graphs_from_list(const std::filesystem::path& path);

}  // namespace gossamer
