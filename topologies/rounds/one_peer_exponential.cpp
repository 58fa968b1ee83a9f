#include "topologies/rounds/one_peer_exponential.hpp"

#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "topologies/circulant.hpp"
#include "topologies/graph.hpp"

namespace gossamer {

std::vector<Mixing> one_peer_exponential(NodeId nodes, NodeId peers) {
  check_size("one_peer_exponential", nodes, 2,
             static_cast<double>(nodes) * peers * (1 + std::log(nodes) / std::log(peers + 1.0)));
  if (peers < 1 || peers >= nodes)
    throw TopologyError{fmt::format(
        "one_peer_exponential: peers must be from 1 to {}, below the number of nodes, got {}", nodes - 1, peers)};
  const double share = 1.0 / (peers + 1);
  std::vector<Mixing> rounds;
  for (std::int64_t step = 1; step < nodes; step *= peers + 1) {
    std::vector<std::pair<NodeId, double>> terms;
    for (NodeId m = 0; m <= peers; ++m) terms.emplace_back(static_cast<NodeId>(m * step % nodes), share);
    rounds.emplace_back(circulant(nodes, terms), MixingPromise{.connectivity = Connectivity::any});
  }
  return rounds;
}

}  // namespace gossamer
