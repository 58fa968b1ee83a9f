#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "sim/faults/faults.hpp"
#include "sim/ground/quantities.hpp"

namespace gossamer {

/// A node that must start without a model of its own.
struct Restart {
  NodeId node = 0;
  std::size_t next_outage = 0;  ///< number of the node's next outage
  Seconds now{0};
};

/// The neighbor from whose model the node starts: a random one of those that are up, drawn at (seed, restart, node,
/// next outage). Empty if no neighbor is up, and if nodes start from their models at time zero. Worlds with the same
/// outages choose the same neighbor. Cost: O(degree).
std::optional<NodeId> state_donor(const Faults& faults, Outages& outages, std::span<const NodeId> neighbors,
                                  const Restart& restart, std::uint64_t seed);

}  // namespace gossamer
