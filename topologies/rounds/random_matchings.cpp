#include "topologies/rounds/random_matchings.hpp"

#include <limits>
#include <numeric>
#include <utility>
#include <vector>

#include "sim/ground/random.hpp"
#include "topologies/rounds/edge_coloring.hpp"
#include "topologies/rounds/pairwise.hpp"

namespace gossamer {
namespace {

using Edge = std::pair<NodeId, NodeId>;

NodeId degree(NodeId i, const Mixing& base) { return static_cast<NodeId>(base.neighbors(i).size()); }

bool complete(const Mixing& base) {
  for (NodeId i = 0; i < base.size(); ++i)
    if (degree(i, base) != base.size() - 1) return false;
  return true;
}

Mixing matching_of_all(NodeId nodes, Draws draws) {
  std::vector<NodeId> order(static_cast<std::size_t>(nodes));
  std::iota(order.begin(), order.end(), NodeId{0});
  for (std::size_t at = order.size(); at > 1; --at) std::swap(order[at - 1], order[draws.below(at)]);
  std::vector<WeightedPair> pairs;
  for (std::size_t at = 0; at + 1 < order.size(); at += 2) pairs.push_back({order[at], order[at + 1]});
  return pairwise_round(nodes, pairs);
}

/// The edges whose draw is the lowest at both of their ends. Draws have 64 bits; for equal draws the first edge counts
/// as lower.
Mixing matching_of(NodeId nodes, const std::vector<Edge>& edges, Draws draws) {
  constexpr auto none = std::numeric_limits<std::size_t>::max();
  std::vector<std::uint64_t> numbers;
  numbers.reserve(edges.size());
  std::vector<std::size_t> lowest(static_cast<std::size_t>(nodes), none);
  for (std::size_t e = 0; e < edges.size(); ++e) {
    const std::uint64_t high = draws();
    numbers.push_back(high << 32 | draws());
    for (const NodeId end : {edges[e].first, edges[e].second}) {
      std::size_t& best = lowest[static_cast<std::size_t>(end)];
      if (best == none || numbers[e] < numbers[best]) best = e;
    }
  }
  std::vector<WeightedPair> pairs;
  for (std::size_t e = 0; e < edges.size(); ++e) {
    const auto [i, j] = edges[e];
    if (lowest[static_cast<std::size_t>(i)] == e && lowest[static_cast<std::size_t>(j)] == e) pairs.push_back({i, j});
  }
  return pairwise_round(nodes, pairs);
}

}  // namespace

RandomRounds random_matchings(const Mixing& base, std::uint64_t seed) {
  const NodeId n = base.size();
  const std::vector<Edge> edges = undirected_edges("random_matchings", base);
  const bool of_all = complete(base);
  const double chance_of_all = 1.0 / (n % 2 == 0 ? n - 1 : n);
  std::vector<WeightedPair> expected;
  for (const auto& [i, j] : edges)
    expected.push_back({i, j, 0.5 * (of_all ? chance_of_all : 1.0 / (degree(i, base) + degree(j, base) - 1))});

  RandomRounds result;
  result.mean = std::make_shared<const Mixing>(pairwise(n, expected));
  result.square = [mean = result.mean] { return mean->matrix(); };
  if (of_all)
    result.draw = [n, seed](std::uint64_t k) { return matching_of_all(n, Draws{seed, Purpose::round, 0, k}); };
  else
    result.draw = [n, edges, seed](std::uint64_t k) {
      return matching_of(n, edges, Draws{seed, Purpose::round, 0, k});
    };
  return result;
}

}  // namespace gossamer
