#pragma once
#include <filesystem>

#include "topologies/files/edge_attributes.hpp"
#include "topologies/files/file_graph.hpp"

namespace gossamer {

struct EdgeListKind {
  bool directed = false;
  NodeIds ids = NodeIds::from_0;
};

/// Reads an edge list: one edge a line, from node i to node j, as "i j" or "i j weight". Fields are between blanks or
/// commas; # or % begins a comment. The weight is not used; a dictionary {…} at the end of a line, which networkx
/// writes, is ignored.
///
/// - Nodes are numbers, and the largest number is the last node. Or they are names: these are the numbers if they are
///   0 … n − 1, else nodes are numbered in the order of the file.
/// - A first line "from to …", "source target …" or "src dst …" names columns. Every line then has as many fields; an
///   empty field or "-" is no value.
/// - A first line with one number n counts the nodes. A first line "n m" counts nodes and edges if m edges follow, all
///   of them between n nodes, and if it cannot be an edge of the others' graph. If it can be both, it is refused.
///
/// Throws InputError, with file and line, if a line is not as above.
FileGraph read_edge_list(const std::filesystem::path& path, const AttributeNames& attributes, EdgeListKind kind);

}  // namespace gossamer
