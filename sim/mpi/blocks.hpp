#pragma once
#include <cstdint>

#include "sim/ground/quantities.hpp"

namespace gossamer {

/// The nodes of each rank: blocks of consecutive nodes whose sizes differ by at most one.
struct Blocks {
  NodeId nodes = 1;
  int ranks = 1;  ///< at most `nodes`

  /// The first node of that rank's block; `nodes` for the rank after the last.
  NodeId first(int rank) const { return static_cast<NodeId>(static_cast<std::int64_t>(rank) * nodes / ranks); }
  /// The rank r with first(r) ≤ node < first(r + 1).
  int host(NodeId node) const {
    return static_cast<int>((static_cast<std::int64_t>(ranks) * (node + std::int64_t{1}) - 1) / nodes);
  }
};

}  // namespace gossamer
