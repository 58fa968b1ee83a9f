#include "topologies/rounds/one_peer_hypercube.hpp"

#include <fmt/format.h>

#include "topologies/rounds/pairwise.hpp"

namespace gossamer {

std::vector<Mixing> one_peer_hypercube(NodeId dimension) {
  constexpr NodeId highest = 23;  // as for the hypercube, which is the union of all rounds
  if (dimension < 0 || dimension > highest)
    throw TopologyError{fmt::format("one_peer_hypercube: dimension must be from 0 to {}, got {}", highest, dimension)};
  const NodeId nodes = NodeId{1} << dimension;
  std::vector<Mixing> rounds;
  for (NodeId bit = 1; bit < nodes; bit <<= 1) {
    std::vector<WeightedPair> pairs;
    for (NodeId i = 0; i < nodes; ++i)
      if ((i & bit) == 0) pairs.push_back({i, i | bit});
    rounds.push_back(pairwise_round(nodes, pairs));
  }
  if (rounds.empty()) rounds.push_back(pairwise_round(nodes, {}));
  return rounds;
}

}  // namespace gossamer
