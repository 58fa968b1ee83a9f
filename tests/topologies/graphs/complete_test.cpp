#include "topologies/graphs/complete.hpp"

#include <cmath>

#include <doctest/doctest.h>

#include "topologies/facts.hpp"
#include "topologies/spectrum.hpp"
#include "topologies/weights.hpp"

namespace gossamer {
namespace {

TEST_CASE("a complete graph averages exactly: W = J, ρ = 0, and every node counts") {
  for (const NodeId n : {2, 3, 10}) {
    CAPTURE(n);
    const Mixing w = metropolis_hastings(complete(n));
    for (NodeId i = 0; i < n; ++i)
      for (NodeId j = 0; j < n; ++j) CHECK(w.weight(i, j) == 1.0 / n);
    const Spectrum s = spectrum(w);
    CHECK(s.rho < 1e-14);
    CHECK(std::abs(s.effective_neighbors - n) < 1e-10);
    CHECK(std::abs(*s.laplacian_second - n) < 1e-12);
    CHECK(std::abs(*s.laplacian_largest - n) < 1e-12);
    const GraphFacts f = facts(w);
    CHECK(f.edges == n * (n - 1) / 2);
    CHECK(f.diameter == 1);
    CHECK(f.bipartite == (n == 2));
  }
}

TEST_CASE("one node alone is a complete graph: W = 1, ρ = 0, and it has no Laplacian to speak of") {
  const Mixing w = metropolis_hastings(complete(1));
  CHECK(w.weight(0, 0) == 1);
  CHECK(w.neighbors(0).empty());
  const Spectrum s = spectrum(w);
  CHECK(s.rho == 0);
  CHECK(s.spectral_gap == 1);
  CHECK(s.effective_neighbors == 1);
  CHECK_FALSE(s.laplacian_second.has_value());
  CHECK(facts(w).diameter == 0);
}

TEST_CASE("a star with weights 1/n has ρ = 1 − 1/n, λ₂(Lap) = 1 and λ_n(Lap) = n") {
  for (const NodeId n : {3, 8, 16}) {
    CAPTURE(n);
    const Mixing w = metropolis_hastings(star(n));
    CHECK(w.weight(0, n - 1) == 1.0 / n);
    const Spectrum s = spectrum(w);
    CHECK(std::abs(s.rho - (1 - 1.0 / n)) < 1e-13);
    CHECK(std::abs(*s.laplacian_second - 1) < 1e-13);
    CHECK(std::abs(*s.laplacian_largest - n) < 1e-12);
    const GraphFacts f = facts(w);
    CHECK(f.edges == n - 1);
    CHECK(f.degree_max == n - 1);
    CHECK(f.degree_min == 1);
    CHECK(f.diameter == 2);
    CHECK(f.bipartite);
  }
}

TEST_CASE("any node can be the hub of a star") {
  const Mixing w = metropolis_hastings(star(6, 4));
  CHECK(w.neighbors(4).size() == 5);
  for (const NodeId i : {0, 1, 2, 3, 5}) {
    REQUIRE(w.neighbors(i).size() == 1);
    CHECK(w.weight(i, 4) == 1.0 / 6);
  }
  CHECK_THROWS_WITH_AS(star(6, 6), "star: center 6 is no node, expected one from 0 to 5", TopologyError);
}

TEST_CASE("a complete graph whose arcs do not fit is refused before it is built") {
  CHECK_THROWS_WITH_AS(complete(100'000),
                       "complete: 100000 nodes would need 1e+10 arcs, more than the 268435456 that fit", TopologyError);
  CHECK_THROWS_WITH_AS(star(1), "star: needs at least 2 nodes, got 1", TopologyError);
}

}  // namespace
}  // namespace gossamer
