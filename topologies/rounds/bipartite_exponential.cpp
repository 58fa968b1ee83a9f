#include "topologies/rounds/bipartite_exponential.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "topologies/graph.hpp"
#include "topologies/rounds/pairwise.hpp"

namespace gossamer {
namespace {

/// The offsets modulo n, each once, in the order of the rounds.
std::vector<NodeId> offsets_of(NodeId nodes) {
  std::vector<NodeId> result;
  const auto add = [&](std::int64_t offset) {
    const auto place = static_cast<NodeId>((offset % nodes + nodes) % nodes);
    if (std::find(result.begin(), result.end(), place) == result.end()) result.push_back(place);
  };
  add(1), add(-1);
  for (std::int64_t power = 2; power <= nodes - 1; power *= 2) add(1 + power), add(-1 - power);
  return result;
}

}  // namespace

std::vector<Mixing> bipartite_exponential(NodeId nodes, NodeId peers) {
  check_size("bipartite_exponential", nodes, 2, 64.0 * nodes);
  if (nodes % 2 != 0)
    throw TopologyError{
        fmt::format("bipartite_exponential: {} nodes cannot all be paired, expected an even number", nodes)};
  const std::vector<NodeId> offsets = offsets_of(nodes);
  const auto groups = static_cast<NodeId>(offsets.size());
  if (peers < 1 || peers > groups)
    throw TopologyError{fmt::format(
        "bipartite_exponential: peers must be from 1 to {}, as many as there are offsets, got {}", groups, peers)};
  std::vector<Mixing> rounds;
  for (NodeId k = 0; k < groups / std::gcd(groups, peers); ++k) {
    std::vector<WeightedPair> pairs;
    for (NodeId p = 0; p < peers; ++p) {
      const NodeId offset = offsets[static_cast<std::size_t>((k * peers + p) % groups)];
      for (NodeId r = 1; r < nodes; r += 2)
        pairs.push_back({r, static_cast<NodeId>((std::int64_t{r} + offset) % nodes), 1.0 / (peers + 1)});
    }
    rounds.push_back(pairwise_round(nodes, pairs));
  }
  return rounds;
}

}  // namespace gossamer
