#include "topologies/graphs/grid.hpp"

#include <cmath>
#include <numbers>

#include <doctest/doctest.h>

#include "topologies/facts.hpp"
#include "topologies/spectrum.hpp"
#include "topologies/weights.hpp"

namespace gossamer {
namespace {

constexpr double pi = std::numbers::pi;

/// sin²(πk / 2m), of which 4 are an eigenvalue of a path's Laplacian.
double wave(int k, NodeId m) { return std::pow(std::sin(pi * k / (2 * m)), 2); }

TEST_CASE("a torus has the eigenvalues (1 + 2 cos(2πa/rows) + 2 cos(2πb/columns))/5") {
  for (const auto& [rows, columns] : {std::pair{3, 3}, {3, 5}, {4, 4}, {8, 8}, {7, 10}}) {
    double largest = -1, smallest = 1;
    for (int a = 0; a < rows; ++a)
      for (int b = 0; b < columns; ++b) {
        if (a == 0 && b == 0) continue;
        const double lambda = (1 + 2 * std::cos(2 * pi * a / rows) + 2 * std::cos(2 * pi * b / columns)) / 5;
        largest = std::max(largest, lambda);
        smallest = std::min(smallest, lambda);
      }
    const Spectrum s = spectrum(metropolis_hastings(torus(rows, columns)));
    CHECK(std::abs(*s.second_eigenvalue - largest) < 1e-13);
    CHECK(std::abs(*s.smallest_eigenvalue - smallest) < 1e-13);
  }
}

TEST_CASE("ρ is 0.882842712474619 on the 8 × 8 torus and, with I − Lap/5, on the 4 × 4 grid") {
  CHECK(std::abs(spectrum(metropolis_hastings(torus(8, 8))).rho - 0.882842712474619) < 1e-14);
  CHECK(std::abs(spectrum(max_degree_weights(grid(4, 4))).rho - 0.882842712474619) < 1e-14);
}

TEST_CASE("a grid with I − Lap/5 has the eigenvalues 1 − (4/5)(sin²(πa/2 rows) + sin²(πb/2 columns))") {
  for (const auto& [rows, columns] : {std::pair{3, 3}, {4, 4}, {3, 8}}) {
    const Spectrum s = spectrum(max_degree_weights(grid(rows, columns)));
    CHECK(std::abs(*s.second_eigenvalue - (1 - 0.8 * wave(1, std::max(rows, columns)))) < 1e-13);
    CHECK(std::abs(*s.smallest_eigenvalue - (1 - 0.8 * (wave(rows - 1, rows) + wave(columns - 1, columns)))) < 1e-13);
    CHECK(std::abs(*s.laplacian_second - 4 * wave(1, std::max(rows, columns))) < 1e-13);
  }
}

TEST_CASE("all Metropolis–Hastings weights of a torus are 1/5, and node (r, c) has number r · columns + c") {
  const Mixing w = metropolis_hastings(torus(4, 6));
  const NodeId node = 2 * 6 + 5;  // (2, 5): its right neighbor is (2, 0), its lower neighbor is (3, 5)
  for (const NodeId j : {NodeId{node}, 2 * 6 + 4, 2 * 6 + 0, 1 * 6 + 5, 3 * 6 + 5}) CHECK(w.weight(node, j) == 0.2);
  CHECK(w.neighbors(node).size() == 4);
}

TEST_CASE("tori and grids have the edges and diameters that counting gives") {
  const GraphFacts closed = facts(metropolis_hastings(torus(4, 6)));
  CHECK(closed.nodes == 24);
  CHECK(closed.edges == 48);
  CHECK(closed.degree_min == 4);
  CHECK(closed.degree_max == 4);
  CHECK(closed.diameter == 5);
  CHECK(closed.bipartite);
  CHECK_FALSE(facts(metropolis_hastings(torus(4, 5))).bipartite);
  const GraphFacts open = facts(metropolis_hastings(grid(4, 6)));
  CHECK(open.edges == 4 * 5 + 3 * 6);
  CHECK(open.degree_min == 2);
  CHECK(open.degree_max == 4);
  CHECK(open.diameter == 3 + 5);
  CHECK(facts(metropolis_hastings(grid(1, 1))).nodes == 1);
}

TEST_CASE("borders that meet twice are joined by one edge: a side of 2 gives cos(πa), a side of 1 nothing") {
  for (const auto& [rows, columns] : {std::pair{2, 5}, {5, 2}, {2, 2}, {1, 6}, {2, 3}}) {
    const auto degree = [](int side) { return side > 2 ? 2 : side - 1; };
    const auto wave = [&](int k, int side) { return degree(side) * std::cos(2 * pi * k / side); };
    const int r = degree(rows) + degree(columns);
    double rho = 0;
    for (int a = 0; a < rows; ++a)
      for (int b = 0; b < columns; ++b)
        if (a + b > 0) rho = std::max(rho, std::abs(1 + wave(a, rows) + wave(b, columns)) / (r + 1));
    const Mixing w = metropolis_hastings(torus(rows, columns));
    CHECK(std::abs(spectrum(w).rho - rho) < 1e-13);
    const GraphFacts f = facts(w);
    CHECK(f.degree_min == r);
    CHECK(f.degree_max == r);
    CHECK(2 * f.edges == r * rows * columns);
  }
  CHECK(facts(metropolis_hastings(torus(1, 1))).nodes == 1);
}

TEST_CASE("a torus without nodes, and more nodes than fit, are refused") {
  CHECK_THROWS_WITH_AS(torus(0, 5), "torus: sides must be at least 1, got 0 × 5", TopologyError);
  CHECK_THROWS_WITH_AS(grid(0, 5), "grid: sides must be at least 1, got 0 × 5", TopologyError);
  CHECK_THROWS_WITH_AS(torus(1 << 20, 1 << 20), "torus: 1099511627776 nodes are more than the 268435456 that fit",
                       TopologyError);
}

}  // namespace
}  // namespace gossamer
