#include "topologies/graphs/random_regular.hpp"

#include <cmath>

#include <doctest/doctest.h>

#include "topologies/facts.hpp"
#include "topologies/spectrum.hpp"
#include "topologies/weights.hpp"

namespace gossamer {
namespace {

TEST_CASE("a random regular graph is simple, connected and regular, from degree 2 to n − 1") {
  for (const auto& [n, degree] :
       {std::pair{10, 2}, {100, 2}, {7, 4}, {6, 3}, {6, 5}, {50, 3}, {50, 30}, {64, 31}, {2, 1}, {1, 0}})
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
      // A loop or a parallel edge would leave a node with fewer distinct neighbors; `Mixing` proves connectedness.
      const GraphFacts f = facts(metropolis_hastings(random_regular(n, degree, seed)));
      CHECK(f.degree_min == degree);
      CHECK(f.degree_max == degree);
      CHECK(f.edges == n * degree / 2);
    }
}

TEST_CASE("one seed gives one random regular graph, another seed another") {
  const auto w = [](std::uint64_t seed) { return SparseMatrix(uniform_weights(random_regular(40, 4, seed)).matrix()); };
  CHECK((w(3) - w(3)).norm() == 0);
  CHECK((w(3) - w(4)).norm() > 0);
}

TEST_CASE("ρ of a large 4-regular random graph is near Friedman's (1 + 2√3)/5 = 0.893") {
  // Published samples are 0.885 at n = 256 and 0.890 at n = 1024; fluctuations shrink like n^(−2/3), 0.01 at n = 1024.
  CHECK(std::abs(spectrum(metropolis_hastings(random_regular(1024, 4, 7))).rho - 0.8928) < 0.01);
}

TEST_CASE("a million nodes of degree 4 are drawn") {
  const Graph graph = random_regular(1'000'000, 4, 1);
  CHECK(boost::num_edges(graph.arcs) == 4'000'000);
}

TEST_CASE("degrees that no connected graph has are refused with the reason") {
  CHECK_THROWS_WITH_AS(random_regular(5, 3, 0),
                       "random_regular: no connected graph has 5 nodes of degree 3: nodes times degree must be even",
                       TopologyError);
  CHECK_THROWS_WITH_AS(
      random_regular(4, 4, 0),
      "random_regular: no connected graph has 4 nodes of degree 4: a degree is below the number of nodes",
      TopologyError);
  CHECK_THROWS_WITH_AS(random_regular(4, 1, 0), doctest::Contains("more than two nodes need a degree of at least 2"),
                       TopologyError);
}

}  // namespace
}  // namespace gossamer
