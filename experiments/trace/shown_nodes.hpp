#pragma once
#include <string>
#include <vector>

#include "sim/ground/quantities.hpp"

namespace gossamer {

/// Nodes from `first` to `last`, both included.
struct NodeRange {
  NodeId first = 0;
  NodeId last = 0;
  bool operator==(const NodeRange&) const = default;
};

/// The nodes that a timeline shows: the chosen ones, or, if none is chosen, at most `most`, evenly.
struct ShownNodes {
  NodeId most = 64;
  std::vector<NodeRange> chosen = {};

  /// Their numbers among n nodes, increasing. Throws InputError if a chosen node is not among them.
  std::vector<NodeId> among(NodeId nodes) const;
};

/// Reads "8", the number of nodes, or a list of nodes and ranges: "3,7,12-15", or, of one node, "node 3".
/// Throws InputError.
ShownNodes shown_nodes_of(const std::string& text);

}  // namespace gossamer
