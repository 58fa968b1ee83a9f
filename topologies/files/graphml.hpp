#pragma once
#include <filesystem>

#include "topologies/files/file_graph.hpp"

namespace gossamer {

/// Reads the graph of a GraphML file (Brandes et al. 2002, http://graphml.graphdrawing.org).
///
/// - The ids of nodes are their numbers if the ids are 0 … n − 1. Else nodes are numbered in the order of the file.
///   "n0" is no number.
/// - Attributes of edges are those whose key has the name as its attr.name and is for edges or all elements; an edge
///   without data has the key's default. All other keys and data are ignored.
/// - The attribute `directed` of an edge decides whether it is directed. Without it `edgedefault` decides. If some edge
///   is directed, the graph is directed, and an undirected edge is one in each direction.
/// - Ports, descriptions, and elements that GraphML does not define are ignored.
///
/// Throws InputError, with file and line, as `read_xml`; if there is no graph or a second one, a graph within a node or
/// an edge, a hyperedge or a locator; if nodes lack ids or share one, edges lack ends or end at no node; and if a
/// direction is neither "directed" nor "undirected", neither true nor false.
FileGraph read_graphml(const std::filesystem::path& path, const AttributeNames& attributes);

}  // namespace gossamer
