#include "topologies/graphs/ring.hpp"

#include <cmath>
#include <numbers>

#include <doctest/doctest.h>

#include "topologies/facts.hpp"
#include "topologies/spectrum.hpp"
#include "topologies/weights.hpp"

namespace gossamer {
namespace {

constexpr double pi = std::numbers::pi;

TEST_CASE("a ring has the spectrum of a circulant: (1 + 2 cos(2πk/n))/3") {
  for (const NodeId n : {4, 5, 8, 16, 64}) {
    CAPTURE(n);
    const Spectrum s = spectrum(metropolis_hastings(ring(n)));
    const auto eigenvalue = [n](int k) { return (1 + 2 * std::cos(2 * pi * k / n)) / 3; };
    CHECK(std::abs(*s.second_eigenvalue - eigenvalue(1)) < 1e-13);
    CHECK(std::abs(*s.smallest_eigenvalue - eigenvalue(n / 2)) < 1e-13);
    CHECK(std::abs(s.rho - std::max(eigenvalue(1), -eigenvalue(n / 2))) < 1e-13);
    CHECK(std::abs(*s.laplacian_second - (2 - 2 * std::cos(2 * pi / n))) < 1e-12);
    CHECK(std::abs(*s.laplacian_largest - (2 - 2 * std::cos(2 * pi * (n / 2) / n))) < 1e-12);
  }
}

TEST_CASE("the spectral gaps of rings of 8, 16 and 64 nodes are the known ones") {
  CHECK(std::abs(spectrum(metropolis_hastings(ring(8))).rho - 0.804737854124365) < 1e-14);
  CHECK(std::abs(spectrum(metropolis_hastings(ring(16))).rho - 0.949253021674191) < 1e-14);
  CHECK(std::abs(spectrum(metropolis_hastings(ring(64))).rho - 0.996789817781465) < 1e-14);
}

TEST_CASE("a path has the spectrum of I − Lap/3: 1 − (4/3) sin²(πk/2n)") {
  for (const NodeId n : {2, 3, 7, 50}) {
    CAPTURE(n);
    const Mixing w = n == 2 ? max_degree_weights(path(n)) : metropolis_hastings(path(n));
    const double share = n == 2 ? 0.5 : 1.0 / 3;
    const auto laplacian = [n](int k) { return 4 * std::pow(std::sin(pi * k / (2 * n)), 2); };
    const Spectrum s = spectrum(w);
    CHECK(std::abs(*s.second_eigenvalue - (1 - share * laplacian(1))) < 1e-13);
    CHECK(std::abs(*s.smallest_eigenvalue - (1 - share * laplacian(n - 1))) < 1e-13);
    CHECK(std::abs(*s.laplacian_second - laplacian(1)) < 1e-13);
    CHECK(std::abs(*s.laplacian_largest - laplacian(n - 1)) < 1e-13);
  }
}

TEST_CASE("rings and paths have the degrees, diameters and colors that counting gives") {
  for (const NodeId n : {3, 4, 9, 10}) {
    CAPTURE(n);
    const GraphFacts circle = facts(metropolis_hastings(ring(n)));
    CHECK(circle.edges == n);
    CHECK(circle.degree_min == 2);
    CHECK(circle.degree_max == 2);
    CHECK(circle.diameter == n / 2);
    CHECK(circle.bipartite == (n % 2 == 0));
    const GraphFacts line = facts(metropolis_hastings(path(n)));
    CHECK(line.edges == n - 1);
    CHECK(line.degree_min == 1);
    CHECK(line.degree_max == 2);
    CHECK(line.diameter == n - 1);
    CHECK(line.bipartite);
  }
}

TEST_CASE("on a one-way ring node i receives from i + 1 alone, and ρ = cos(π/n)") {
  for (const NodeId n : {3, 4, 9, 32}) {
    const Mixing w = uniform_weights(directed_ring(n));
    CHECK(w.is_directed());
    for (NodeId i = 0; i < n; ++i) {
      REQUIRE(w.neighbors(i).size() == 1);
      CHECK(w.neighbors(i)[0] == (i + 1) % n);
    }
    CHECK(std::abs(spectrum(w).rho - std::cos(pi / n)) < 1e-13);  // |(1 + exp(2πi/n))/2|
    CHECK(facts(w).diameter == n - 1);
  }
  CHECK(spectrum(uniform_weights(directed_ring(2))).rho < 1e-15);
  CHECK_THROWS_WITH_AS(directed_ring(1), "directed_ring: needs at least 2 nodes, got 1", TopologyError);
}

TEST_CASE("a path of one node is a graph, a ring of two is refused") {
  CHECK(facts(metropolis_hastings(path(1))).diameter == 0);
  CHECK_THROWS_WITH_AS(ring(2), "ring: needs at least 3 nodes, got 2", TopologyError);
  CHECK_THROWS_WITH_AS(path(0), "path: needs at least 1 node, got 0", TopologyError);
}

}  // namespace
}  // namespace gossamer
