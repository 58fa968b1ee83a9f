#include "topologies/rounds/edge_colorings.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <doctest/doctest.h>

#include "topologies/graphs/complete.hpp"
#include "topologies/graphs/erdos_renyi.hpp"
#include "topologies/graphs/exponential.hpp"
#include "topologies/graphs/random_regular.hpp"
#include "topologies/graphs/ring.hpp"
#include "topologies/rounds/edge_coloring.hpp"
#include "topologies/rounds/maximum_matchings.hpp"
#include "topologies/weights.hpp"

namespace gossamer {
namespace {

/// Every edge belongs to one matching, and no node has two edges of one.
void check_proper(const Mixing& w, const std::vector<Matching>& matchings) {
  Matching all;
  for (const Matching& matching : matchings) {
    CHECK_FALSE(matching.empty());
    std::set<NodeId> touched;
    for (const auto& [i, j] : matching) {
      CHECK(i < j);
      CHECK(touched.insert(i).second);
      CHECK(touched.insert(j).second);
      all.emplace_back(i, j);
    }
  }
  std::sort(all.begin(), all.end());
  CHECK(all == undirected_edges("test", w));
}

/// The most edges that a matching can have, by trying all.
std::size_t largest_matching(const Matching& edges, std::size_t next, std::set<NodeId>& touched) {
  if (next == edges.size()) return 0;
  std::size_t most = largest_matching(edges, next + 1, touched);
  const auto [i, j] = edges[next];
  if (touched.contains(i) || touched.contains(j)) return most;
  touched.insert(i), touched.insert(j);
  most = std::max(most, 1 + largest_matching(edges, next + 1, touched));
  touched.erase(i), touched.erase(j);
  return most;
}

TEST_CASE("each matching is a maximum matching of the remaining edges for any order of nodes") {
  for (std::uint64_t number = 0; number < 10; ++number) {
    const Mixing w = metropolis_hastings(erdos_renyi(9, 0.4, number));
    const std::vector<Matching> matchings = maximum_matchings(w, number);
    check_proper(w, matchings);
    Matching left = undirected_edges("test", w);
    for (const Matching& matching : matchings) {
      std::set<NodeId> none;
      CHECK(matching.size() == largest_matching(left, 0, none));
      std::erase_if(
          left, [&](const auto& edge) { return std::find(matching.begin(), matching.end(), edge) != matching.end(); });
    }
  }
}

TEST_CASE("a number gives the same matchings every time, and numbers give several") {
  const Mixing w = metropolis_hastings(erdos_renyi(20, 0.3, 1));
  std::set<std::vector<Matching>> found;
  for (std::uint64_t number = 0; number < 10; ++number) {
    CHECK(maximum_matchings(w, number) == maximum_matchings(w, number));
    found.insert(maximum_matchings(w, number));
  }
  CHECK(found.size() > 1);
}

TEST_CASE("decompositions are proper, of one number of matchings, no two alike, the largest matching first") {
  for (const Graph& graph : {erdos_renyi(20, 0.4, 2), random_regular(16, 5, 3), complete(7), path(6)}) {
    const Mixing w = metropolis_hastings(graph);
    const auto all = edge_colorings(w, 12);
    CHECK(all.size() >= 1);
    CHECK(all.size() <= 12);
    CHECK(std::set(all.begin(), all.end()).size() == all.size());
    CHECK(all.front().size() <= edge_coloring(w).size());
    for (const auto& matchings : all) {
      check_proper(w, matchings);
      CHECK(matchings.size() == all.front().size());
      for (std::size_t m = 0; m + 1 < matchings.size(); ++m) CHECK(matchings[m].size() >= matchings[m + 1].size());
    }
  }
}

TEST_CASE("a path of four edges in two matchings is one component, and has no other decomposition of two") {
  CHECK(kempe_exchanges(5, edge_coloring(metropolis_hastings(path(5)))).empty());
}

TEST_CASE("exchanges keep decompositions proper, and move edges between two matchings alone") {
  // Edges 0-1 and 2-3 in one matching, 1-2 and 4-5 in the other, joined by 3-4 in a third: of the first two, the path
  // 0-1-2-3 and the edge 4-5 are components.
  const std::vector<Matching> matchings{{{0, 1}, {2, 3}}, {{1, 2}, {4, 5}}, {{3, 4}}};
  const auto found = kempe_exchanges(6, matchings);
  const Mixing w = metropolis_hastings(path(6));
  for (const auto& next : found) check_proper(w, next);
  // To exchange the edge 4-5, or the path instead: both give matchings of three, one and one edges.
  const std::vector<Matching> three{{{0, 1}, {2, 3}, {4, 5}}, {{1, 2}}, {{3, 4}}};
  CHECK(std::count(found.begin(), found.end(), three) == 2);
  // First and third: 0-1, and the path 2-3-4. To move 0-1 leaves 2-3 alone, and to exchange the path 3-4 comes first.
  const std::vector<Matching> moved{{{0, 1}, {3, 4}}, {{1, 2}, {4, 5}}, {{2, 3}}};
  CHECK(std::count(found.begin(), found.end(), moved) == 2);
  // Second and third: 1-2, and the path 3-4-5.
  const std::vector<Matching> second{{{0, 1}, {2, 3}}, {{1, 2}, {3, 4}}, {{4, 5}}};
  CHECK(std::count(found.begin(), found.end(), second) == 2);
  CHECK(found.size() == 6);
}

TEST_CASE("a matching that loses its last edge is gone") {
  const std::vector<Matching> matchings{{{0, 1}}, {{2, 3}}};
  const auto found = kempe_exchanges(4, matchings);
  const std::vector<Matching> joined{{{0, 1}, {2, 3}}};
  CHECK(std::count(found.begin(), found.end(), joined) == 2);
}

TEST_CASE("a directed graph and no decomposition are refused") {
  CHECK_THROWS_AS(maximum_matchings(uniform_weights(exponential(5)), 0), TopologyError);
  CHECK_THROWS_WITH_AS(edge_colorings(metropolis_hastings(ring(5)), 0),
                       "edge_colorings: needs at least 1 decomposition, got 0", TopologyError);
}

}  // namespace
}  // namespace gossamer
