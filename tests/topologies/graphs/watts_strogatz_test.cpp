#include "topologies/graphs/watts_strogatz.hpp"

#include <doctest/doctest.h>

#include "topologies/facts.hpp"
#include "topologies/weights.hpp"

namespace gossamer {
namespace {

TEST_CASE("without rewiring a small world is the ring lattice") {
  const Mixing w = metropolis_hastings(watts_strogatz(10, 4, 0, 1));
  for (NodeId i = 0; i < 10; ++i)
    for (const NodeId s : {1, 2, 8, 9}) CHECK(w.weight(i, (i + s) % 10) == 0.2);
  const GraphFacts f = facts(w);
  CHECK(f.edges == 20);
  CHECK(f.diameter == 3);
}

TEST_CASE("rewiring keeps the number of edges, and half the degree at every node") {
  for (const double rewiring : {0.1, 0.5, 1.0}) {
    const GraphFacts f = facts(metropolis_hastings(watts_strogatz(200, 6, rewiring, 5)));
    CHECK(f.edges == 600);
    CHECK(f.degree_min >= 3);
    CHECK(f.degree_max > 6);
  }
}

TEST_CASE("one seed gives one small world, another seed another") {
  const auto w = [](std::uint64_t seed) {
    return SparseMatrix(metropolis_hastings(watts_strogatz(40, 4, 0.3, seed)).matrix());
  };
  CHECK((w(3) - w(3)).norm() == 0);
  CHECK((w(3) - w(4)).norm() > 0);
}

TEST_CASE("an odd degree and a rewiring above 1 are refused") {
  CHECK_THROWS_WITH_AS(watts_strogatz(10, 3, 0, 1),
                       "watts_strogatz: degree 3 does not fit, expected an even number from 2 to below the 10 nodes",
                       TopologyError);
  CHECK_THROWS_WITH_AS(watts_strogatz(10, 4, 1.5, 1),
                       "watts_strogatz: rewiring 1.5 is out of range, expected from 0 to 1", TopologyError);
}

}  // namespace
}  // namespace gossamer
