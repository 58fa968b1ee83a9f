#include "topologies/graphs/circulant_graph.hpp"

#include <cmath>
#include <numbers>

#include <doctest/doctest.h>

#include "topologies/facts.hpp"
#include "topologies/graphs/complete.hpp"
#include "topologies/graphs/ring.hpp"
#include "topologies/spectrum.hpp"
#include "topologies/weights.hpp"

namespace gossamer {
namespace {

TEST_CASE("a circulant graph has the eigenvalues (1 + Σ cos(2πkv/n))/(r + 1) over its neighbors' offsets v") {
  const NodeId n = 14;
  for (const auto& [offsets, r] : {std::pair{std::vector<std::int64_t>{1, 4}, 4}, {{3}, 2}, {{2, 7}, 3}}) {
    double rho = 0;
    for (int k = 1; k < n; ++k) {
      double sum = 1;
      for (const std::int64_t u : offsets)
        sum += (2 * u == n ? 1 : 2) * std::cos(2 * std::numbers::pi * k * static_cast<double>(u) / n);
      rho = std::max(rho, std::abs(sum) / (r + 1));
    }
    const Mixing w = metropolis_hastings(circulant_graph(n, offsets));
    CHECK(std::abs(spectrum(w).rho - rho) < 1e-13);
    CHECK(facts(w).degree_min == r);
    CHECK(facts(w).degree_max == r);
  }
}

TEST_CASE("offsets count modulo n, and u and n − u are the same edges") {
  const auto w = [](std::vector<std::int64_t> offsets) {
    return metropolis_hastings(circulant_graph(10, offsets)).matrix();
  };
  CHECK((w({1}) - metropolis_hastings(ring(10)).matrix()).norm() == 0);
  CHECK((w({1, 9, 11, -1}) - w({1})).norm() == 0);
  CHECK((w({1, 2, 3, 4, 5}) - metropolis_hastings(complete(10)).matrix()).norm() == 0);
  CHECK(facts(metropolis_hastings(circulant_graph(2, {1}))).edges == 1);
}

TEST_CASE("no offset, a multiple of n, and parts that never meet are refused") {
  CHECK_THROWS_WITH_AS(circulant_graph(6, {}), "circulant: needs at least 1 offset, got none", TopologyError);
  CHECK_THROWS_WITH_AS(circulant_graph(6, {12}), "circulant: offset 12 joins every node of 6 to itself", TopologyError);
  CHECK_THROWS_AS(metropolis_hastings(circulant_graph(6, {2})), TopologyError);
}

}  // namespace
}  // namespace gossamer
