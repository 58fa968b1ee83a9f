#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "topologies/files/edge_attributes.hpp"
#include "topologies/graph.hpp"

namespace gossamer {

struct GraphInFile {
  Graph graph;
  std::vector<std::string> notes = {};  ///< on ignored parts of the file, one sentence each
};

/// The graph in a file, plain or gzipped. `by_name` takes .graphml, .dot and .gv, .gml and .mtx, before .gz if that is
/// there, as their formats; all else as an undirected edge list, unless its first line is that of a Matrix Market file.
/// Each format has a header that describes it: `edge_list.hpp`, `graphml.hpp`, `dot.hpp`, `gml.hpp`,
/// `matrix_market.hpp`.
///
/// Nodes get their numbers in one way: if their names are 0 … n − 1, in any order, these are the numbers, else the
/// order of the file is. An edge list has no names unless `ids` is `names`, and a Matrix Market file has none: node i
/// of n is row i + 1.
///
/// Throws InputError, with file and line if there is one: if the file cannot be read or is not of its format; if a node
/// has no edge and is not the only one; if an edge is a loop; or if an edge occurs twice, unless the graph is
/// undirected and has all edges in both directions. `Mixing` checks later that the graph is connected.
GraphInFile graph_from_file(const GraphFile& file);

/// Rounds of graphs: a text file of one graph file a line, by its path, which begins at the folder of the list if it is
/// relative; # or % begins a comment. Formats go by name, as above. All rounds have n nodes, the most that a file has:
/// an edge list leaves out those without edges beyond its largest number.
/// Throws InputError as above, if there is no line, if a file of another format than an edge list has fewer than n
/// nodes, and if a node has no edge in any round.
std::vector<Graph> graphs_from_list(const std::filesystem::path& path, NodeIds ids = NodeIds::from_0);

}  // namespace gossamer
