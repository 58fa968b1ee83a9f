#include "topologies/rounds/maximum_matchings.hpp"

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/max_cardinality_matching.hpp>

#include "sim/ground/random.hpp"
#include "topologies/rounds/edge_coloring.hpp"

namespace gossamer {
namespace {

using Edge = std::pair<NodeId, NodeId>;

/// The position of every node in order number `number`.
std::vector<NodeId> places(NodeId nodes, std::uint64_t number) {
  std::vector<NodeId> result(static_cast<std::size_t>(nodes));
  std::iota(result.begin(), result.end(), NodeId{0});
  if (number == 0) return result;
  Draws draws{0, Purpose::topology, 0, (std::uint64_t{1} << 54) + number};  // no seed: the same result every time
  for (std::size_t left = result.size(); left > 1; --left)
    std::swap(result[left - 1], result[static_cast<std::size_t>(draws.below(left))]);
  return result;
}

/// A maximum matching of edges between positions 0 … n − 1. The order of the edges determines which one is found.
Matching maximum_matching(NodeId nodes, const std::set<Edge>& edges) {
  using Undirected = boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS>;
  Undirected graph(static_cast<std::size_t>(nodes));
  for (const auto& [i, j] : edges) boost::add_edge(static_cast<std::size_t>(i), static_cast<std::size_t>(j), graph);
  std::vector<Undirected::vertex_descriptor> mates(static_cast<std::size_t>(nodes));
  boost::edmonds_maximum_cardinality_matching(graph, mates.data());
  Matching result;
  for (std::size_t i = 0; i < mates.size(); ++i)
    if (mates[i] != Undirected::null_vertex() && i < mates[i])
      result.emplace_back(static_cast<NodeId>(i), static_cast<NodeId>(mates[i]));
  return result;
}

}  // namespace

std::vector<Matching> maximum_matchings(const Mixing& base, std::uint64_t number) {
  const std::vector<NodeId> place = places(base.size(), number);
  std::vector<NodeId> node(place.size());
  for (std::size_t i = 0; i < place.size(); ++i) node[static_cast<std::size_t>(place[i])] = static_cast<NodeId>(i);

  std::set<Edge> left;
  for (const auto& [i, j] : undirected_edges("maximum_matchings", base))
    left.insert(std::minmax({place[static_cast<std::size_t>(i)], place[static_cast<std::size_t>(j)]}));
  std::vector<Matching> result;
  while (!left.empty()) {
    Matching matching = maximum_matching(base.size(), left);
    for (Edge& edge : matching) {
      left.erase(edge);
      edge = std::minmax({node[static_cast<std::size_t>(edge.first)], node[static_cast<std::size_t>(edge.second)]});
    }
    std::sort(matching.begin(), matching.end());
    result.push_back(std::move(matching));
  }
  return result;
}

}  // namespace gossamer
