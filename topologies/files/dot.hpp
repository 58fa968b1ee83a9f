#pragma once
#include <filesystem>

#include "topologies/files/file_graph.hpp"

namespace gossamer {

/// The largest number of edges between groups of nodes in a file; {a b} -- {c d} are four. Without a limit a short file
/// could fill the memory.
inline constexpr std::int64_t most_group_edges = std::int64_t{1} << 24;

/// Reads the graph of a DOT file (https://graphviz.org/doc/info/lang.html).
///
/// - The names of nodes are their numbers if the names are 0 … n − 1. Else nodes are numbered in the order in which the
///   file first names them.
/// - `graph` is undirected, `digraph` directed. In a `strict` graph a repeated edge is the same edge.
/// - An edge has its own attributes, else those of `edge [ … ]` before it in the same braces or around these. Ports and
///   all other attributes are ignored.
/// - Braces with or without the keyword `subgraph` are a group of nodes; an edge to a group is one to each of its
///   nodes.
///
/// Throws InputError, with file and line, if the file is not DOT, is nested deeper than `most_levels`, holds text after
/// the graph, has -- in a directed or -> in an undirected graph, or more than `most_group_edges`.
FileGraph read_dot(const std::filesystem::path& path, const AttributeNames& attributes);

}  // namespace gossamer
