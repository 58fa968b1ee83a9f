#include "sim/world/restart.hpp"

#include <vector>

#include "sim/ground/random.hpp"

namespace gossamer {

std::optional<NodeId> state_donor(const Faults& faults, Outages& outages, std::span<const NodeId> neighbors,
                                  const Restart& restart, std::uint64_t seed) {
  if (faults.restart_from == RestartFrom::initial) return std::nullopt;
  std::vector<NodeId> up;
  for (const NodeId j : neighbors)
    if (!outages.at(j, restart.now)) up.push_back(j);
  if (up.empty()) return std::nullopt;
  Draws draws{seed, Purpose::restart, restart.node, restart.next_outage};
  return up[static_cast<std::size_t>(draws.below(up.size()))];
}

}  // namespace gossamer
