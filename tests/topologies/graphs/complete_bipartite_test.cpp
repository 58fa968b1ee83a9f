#include "topologies/graphs/complete_bipartite.hpp"

#include <cmath>

#include <doctest/doctest.h>

#include "topologies/facts.hpp"
#include "topologies/spectrum.hpp"
#include "topologies/weights.hpp"

namespace gossamer {
namespace {

TEST_CASE("the Laplacian of K_{a,b} has λ₂ = min(a, b) and λ_n = a + b; W is bipartite") {
  for (const auto& [a, b] : {std::pair{NodeId{2}, NodeId{5}}, {4, 4}, {6, 3}}) {
    const Mixing w = metropolis_hastings(complete_bipartite(a, b));
    const Spectrum s = spectrum(w);
    CHECK(std::abs(*s.laplacian_second - std::min(a, b)) < 1e-12);
    CHECK(std::abs(*s.laplacian_largest - (a + b)) < 1e-12);
    const GraphFacts f = facts(w);
    CHECK(f.edges == a * b);
    CHECK(f.diameter == 2);
    CHECK(f.bipartite);
    CHECK(w.neighbors(0).size() == static_cast<std::size_t>(b));
    CHECK(w.neighbors(a).size() == static_cast<std::size_t>(a));
  }
}

TEST_CASE("a side without nodes is refused") {
  CHECK_THROWS_WITH_AS(complete_bipartite(0, 3), "complete_bipartite: each side needs at least 1 node, got 0 and 3",
                       TopologyError);
}

}  // namespace
}  // namespace gossamer
