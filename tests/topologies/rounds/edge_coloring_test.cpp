#include "topologies/rounds/edge_coloring.hpp"

#include <algorithm>
#include <set>

#include <doctest/doctest.h>

#include "topologies/facts.hpp"
#include "topologies/graphs/barabasi_albert.hpp"
#include "topologies/graphs/binary_tree.hpp"
#include "topologies/graphs/complete.hpp"
#include "topologies/graphs/erdos_renyi.hpp"
#include "topologies/graphs/exponential.hpp"
#include "topologies/graphs/grid.hpp"
#include "topologies/graphs/hypercube.hpp"
#include "topologies/graphs/random_regular.hpp"
#include "topologies/graphs/ring.hpp"
#include "topologies/weights.hpp"

namespace gossamer {
namespace {

/// Checks that every edge has one color and no node one color twice; returns the number of colors.
NodeId proper_colors(const Mixing& w) {
  const std::vector<Matching> matchings = edge_coloring(w);
  std::vector<std::pair<NodeId, NodeId>> all;
  for (const Matching& matching : matchings) {
    CHECK_FALSE(matching.empty());
    std::set<NodeId> touched;
    for (const auto& [i, j] : matching) {
      CHECK(touched.insert(i).second);
      CHECK(touched.insert(j).second);
      all.emplace_back(std::min(i, j), std::max(i, j));
    }
  }
  std::sort(all.begin(), all.end());
  CHECK(all == undirected_edges("test", w));
  return static_cast<NodeId>(matchings.size());
}

TEST_CASE("edges of random graphs fall into at most d_max + 1 matchings") {
  for (std::uint64_t seed = 0; seed < 20; ++seed)
    for (const Graph& graph : {erdos_renyi(30, 0.3, seed), erdos_renyi(40, 0.8, seed), random_regular(25, 6, seed),
                               random_regular(50, 3, seed), barabasi_albert(60, 3, seed)}) {
      const Mixing w = metropolis_hastings(graph);
      CHECK(proper_colors(w) <= facts(w).degree_max + 1);
    }
}

TEST_CASE("edges of bipartite graphs fall into d_max matchings") {
  for (const Graph& graph : {ring(8), path(9), star(6), grid(5, 7), torus(4, 6), hypercube(5), binary_tree(20)}) {
    const Mixing w = metropolis_hastings(graph);
    CHECK(proper_colors(w) == facts(w).degree_max);
  }
}

TEST_CASE("odd rings and complete graphs of odd size need d_max + 1 matchings") {
  CHECK(proper_colors(metropolis_hastings(ring(9))) == 3);
  CHECK(proper_colors(metropolis_hastings(complete(7))) == 7);
  CHECK(proper_colors(metropolis_hastings(complete(8))) <= 8);
}

TEST_CASE("a node alone has no matching, and a directed graph none to offer") {
  CHECK(edge_coloring(metropolis_hastings(complete(1))).empty());
  CHECK_THROWS_WITH_AS(edge_coloring(uniform_weights(exponential(5))),
                       "edge_coloring: the graph is directed, expected an undirected one", TopologyError);
}

}  // namespace
}  // namespace gossamer
