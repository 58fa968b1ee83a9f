#include "topologies/facts.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include "topologies/breadth_first.hpp"

namespace gossamer {
namespace {

constexpr std::int64_t most_work = 400'000'000;

/// The longest of all shortest paths. Searches against the arcs give the same result.
/// The first search gives an estimate of the cost of all.
std::optional<NodeId> diameter(const Mixing& mixing) {
  BreadthFirst search{mixing.size()};
  NodeId longest = 0;
  for (NodeId source = 0; source < mixing.size(); ++source) {
    search.search(source, [&](NodeId i) { return mixing.neighbors(i); });
    longest = std::max(longest, search.distance(search.order().back()));
    const std::int64_t expected = source == 0 ? search.scanned() * mixing.size() : search.scanned();
    if (expected > most_work) return std::nullopt;
  }
  return longest;
}

}  // namespace

// If two colors exist, they are the nodes at odd and at even distance from node 0. Distances along the arcs work for
// directed graphs, too: in a strongly connected graph every path back has the parity that two colors need.
bool bipartite(const Mixing& mixing) {
  BreadthFirst search{mixing.size()};
  search.search(0, [&](NodeId i) { return mixing.neighbors(i); });
  for (NodeId i = 0; i < mixing.size(); ++i)
    for (const NodeId j : mixing.neighbors(i))
      if ((search.distance(i) - search.distance(j)) % 2 == 0) return false;
  return true;
}

// Every arc i → j contributes dist(i) + 1 − dist(j); the greatest common divisor of these numbers is the period.
NodeId period(const Mixing& mixing) {
  for (NodeId i = 0; i < mixing.size(); ++i)
    if (mixing.weight(i, i) != 0) return 1;
  BreadthFirst search{mixing.size()};
  search.search(0, [&](NodeId i) { return mixing.neighbors(i); });
  NodeId result = 0;
  for (NodeId i = 0; i < mixing.size(); ++i)
    for (const NodeId j : mixing.neighbors(i)) result = std::gcd(result, search.distance(i) + 1 - search.distance(j));
  return std::max(result, NodeId{1});
}

GraphFacts facts(const Mixing& mixing) {
  GraphFacts result{.nodes = mixing.size(), .degree_min = mixing.size()};
  std::int64_t arcs = 0;
  for (NodeId i = 0; i < mixing.size(); ++i) {
    const auto degree = static_cast<NodeId>(mixing.neighbors(i).size());
    arcs += degree;
    result.degree_min = std::min(result.degree_min, degree);
    result.degree_max = std::max(result.degree_max, degree);
  }
  result.directed = mixing.is_directed();
  result.symmetric = mixing.is_symmetric();
  result.stochasticity = mixing.stochasticity();
  result.edges = result.directed ? arcs : arcs / 2;
  result.degree_mean = static_cast<double>(arcs) / mixing.size();
  result.diameter = diameter(mixing);
  result.bipartite = bipartite(mixing);
  return result;
}

}  // namespace gossamer
