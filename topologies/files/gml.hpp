#pragma once
#include <filesystem>

#include "topologies/files/file_graph.hpp"

namespace gossamer {

/// Reads the graph of a GML file (Himsolt 1997, "GML: A portable Graph File Format"), as networkx and igraph write it.
///
/// - The labels of nodes are their numbers if the labels are 0 … n − 1 (networkx writes names there). Else the ids are
///   the numbers if these are 0 … n − 1. Else nodes are numbered in the order of the file.
/// - Attributes of edges are their keys, a number or a text in quotation marks. All other keys are ignored.
/// - `directed 1` is a directed graph; without it the graph is undirected.
///
/// Throws InputError, with file and line, if the file is no list of keys and values, or is nested deeper than
/// `most_levels`; if there is no graph, a second one, or a graph within a node or an edge; and if nodes lack ids or
/// share one, edges lack ends or end at no node.
FileGraph read_gml(const std::filesystem::path& path, const AttributeNames& attributes);

}  // namespace gossamer
