#include "topologies/graphs/two_cliques.hpp"

#include <cmath>

#include <doctest/doctest.h>

#include "topologies/facts.hpp"
#include "topologies/spectrum.hpp"
#include "topologies/weights.hpp"

namespace gossamer {
namespace {

TEST_CASE("two cliques of m nodes and an edge have λ₂ = ((m + 2) − √((m + 2)² − 8))/2") {
  // An odd vector, a on the m − 1 nodes of a clique that have no edge to the other, b on the one that has: λ a = a − b
  // and λ b = (m − 1)(b − a) + 2 b, so λ² − (m + 2) λ + 2 = 0.
  for (const NodeId m : {2, 3, 5, 12}) {
    const Mixing w = metropolis_hastings(two_cliques(2 * m));
    CHECK(std::abs(*spectrum(w).laplacian_second - (m + 2 - std::sqrt((m + 2.0) * (m + 2) - 8)) / 2) < 1e-12);
    const GraphFacts f = facts(w);
    CHECK(f.edges == m * (m - 1) + 1);
    CHECK(f.diameter == 3);
    CHECK(f.degree_max == m);
    CHECK(f.degree_min == m - 1);
  }
}

TEST_CASE("a bridge is a path between the cliques, the first of which is the larger") {
  const Mixing w = metropolis_hastings(two_cliques(9, 2));  // 0 1 2 3, then 4 and 5, then 6 7 8
  const GraphFacts f = facts(w);
  CHECK(f.edges == 6 + 3 + 3);
  CHECK(f.diameter == 2 + 3);
  CHECK(w.weight(3, 4) > 0);
  CHECK(w.weight(4, 5) > 0);
  CHECK(w.weight(5, 6) > 0);
  CHECK(w.weight(0, 3) > 0);
  CHECK(w.weight(6, 8) > 0);
  CHECK(w.neighbors(5).size() == 2);
  CHECK(facts(metropolis_hastings(two_cliques(2))).edges == 1);
  CHECK(facts(metropolis_hastings(two_cliques(4, 2))).edges == 3);  // a path
}

TEST_CASE("a bridge that leaves no clique is refused") {
  CHECK_THROWS_WITH_AS(two_cliques(6, 5),
                       "two_cliques: bridge must be from 0 to 4, two below the number of nodes, got 5", TopologyError);
  CHECK_THROWS_WITH_AS(two_cliques(1), "two_cliques: needs at least 2 nodes, got 1", TopologyError);
}

}  // namespace
}  // namespace gossamer
