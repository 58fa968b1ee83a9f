#pragma once
#include <algorithm>
#include <memory>
#include <string_view>
#include <vector>

#include "sim/engine/play_collective.hpp"
#include "sim/network/models/alpha_beta.hpp"
#include "sim/network/models/nic.hpp"

namespace gossamer::testing {

/// A multiple of every number up to 17 and of 16: pieces of any cut have the same whole number of bytes.
inline constexpr Bytes divisible = 12'252'240;

inline std::unique_ptr<Network> links(const Link& link, NodeId) {
  return std::make_unique<AlphaBetaNetwork>(AlphaBeta{.latency = link.latency, .bandwidth = link.bandwidth});
}
inline std::unique_ptr<Network> cards(const Link& link, NodeId n) {
  return std::make_unique<NicNetwork>(Nic{.latency = link.latency, .bandwidth = link.bandwidth}, n);
}
inline const CollectiveAlgorithm& algorithm(std::string_view collective, std::string_view name) {
  const auto& all = collective_algorithms();
  return *std::find_if(all.begin(), all.end(), [&](const CollectiveAlgorithm& each) {
    return gossamer::name(each.collective) == collective && each.name == name;
  });
}

inline std::vector<double> ends_of(const CollectiveAlgorithm& algorithm, const Group& group, Network& network,
                                   Bytes size, std::vector<Seconds> starts = {}) {
  starts.resize(static_cast<std::size_t>(group.nodes));
  std::vector<double> result;
  for (const Seconds end : play_collective(algorithm, group, network, size, starts)) result.push_back(end.count());
  return result;
}

/// The time at which the last of nodes that begin at once is done.
inline double played(const CollectiveAlgorithm& algorithm, const Group& group, Network& network,
                     Bytes size = divisible) {
  const auto ends = ends_of(algorithm, group, network, size);
  return *std::max_element(ends.begin(), ends.end());
}

}  // namespace gossamer::testing
