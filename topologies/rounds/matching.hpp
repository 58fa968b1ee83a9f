#pragma once
#include <utility>
#include <vector>

#include "sim/ground/quantities.hpp"

namespace gossamer {

/// A matching: edges, no two of which share a node.
using Matching = std::vector<std::pair<NodeId, NodeId>>;

/// A matching that a round activates at random.
struct ActiveMatching {
  double probability = 0;
  Matching edges;
};

}  // namespace gossamer
