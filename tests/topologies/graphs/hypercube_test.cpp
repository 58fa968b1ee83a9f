#include "topologies/graphs/hypercube.hpp"

#include <bit>
#include <cmath>

#include <doctest/doctest.h>

#include "topologies/facts.hpp"
#include "topologies/spectrum.hpp"
#include "topologies/weights.hpp"

namespace gossamer {
namespace {

TEST_CASE("a hypercube of dimension m has ρ = (m − 1)/(m + 1), λ₂(Lap) = 2 and λ_n(Lap) = 2m") {
  for (const NodeId m : {2, 3, 6}) {
    CAPTURE(m);
    const Spectrum s = spectrum(metropolis_hastings(hypercube(m)));
    CHECK(std::abs(s.rho - (m - 1.0) / (m + 1.0)) < 1e-13);
    CHECK(std::abs(*s.smallest_eigenvalue - (1.0 - m) / (m + 1.0)) < 1e-13);
    CHECK(std::abs(*s.laplacian_second - 2) < 1e-12);
    CHECK(std::abs(*s.laplacian_largest - 2 * m) < 1e-12);
  }
  CHECK(std::abs(spectrum(metropolis_hastings(hypercube(6))).rho - 5.0 / 7) < 1e-14);
}

TEST_CASE("nodes of a hypercube are joined exactly where their numbers differ in one bit") {
  const Mixing w = metropolis_hastings(hypercube(4));
  for (NodeId i = 0; i < 16; ++i)
    for (NodeId j = 0; j < 16; ++j)
      CHECK(w.weight(i, j) == (std::popcount(static_cast<unsigned>(i ^ j)) <= 1 ? 0.2 : 0.0));
  const GraphFacts f = facts(w);
  CHECK(f.edges == 16 * 4 / 2);
  CHECK(f.diameter == 4);
  CHECK(f.bipartite);
}

TEST_CASE("dimension 0 is one node; below 0 and above 23 a hypercube is refused") {
  CHECK(facts(metropolis_hastings(hypercube(0))).nodes == 1);
  CHECK_THROWS_WITH_AS(hypercube(24), "hypercube: dimension must be from 0 to 23, got 24", TopologyError);
  CHECK_THROWS_WITH_AS(hypercube(-1), "hypercube: dimension must be from 0 to 23, got -1", TopologyError);
}

}  // namespace
}  // namespace gossamer
