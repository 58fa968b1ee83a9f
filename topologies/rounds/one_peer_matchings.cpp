#include "topologies/rounds/one_peer_matchings.hpp"

#include "topologies/rounds/edge_coloring.hpp"
#include "topologies/rounds/edge_colorings.hpp"
#include "topologies/rounds/pairwise.hpp"

namespace gossamer {

std::vector<Mixing> one_peer_matchings(const Mixing& base) {
  constexpr int decompositions = 8;
  const auto found = edge_colorings(base, decompositions);
  std::vector<Mixing> rounds;
  for (const Matching& matching : found.front()) {
    std::vector<WeightedPair> pairs;
    for (const auto& [i, j] : matching) pairs.push_back({i, j});
    rounds.push_back(pairwise_round(base.size(), pairs));
  }
  if (rounds.empty()) rounds.push_back(pairwise_round(base.size(), {}));
  return rounds;
}

}  // namespace gossamer
