#include "topologies/graphs/erdos_renyi.hpp"

#include <array>
#include <cmath>

#include <doctest/doctest.h>

#include "topologies/facts.hpp"
#include "topologies/weights.hpp"

namespace gossamer {
namespace {

TEST_CASE("the number of edges is binomial: p n(n − 1)/2, five standard deviations allowed") {
  const NodeId n = 400;
  for (const double p : {0.03, 0.5}) {
    const double pairs = n * (n - 1) / 2.0;
    const double edges = static_cast<double>(facts(metropolis_hastings(erdos_renyi(n, p, 11))).edges);
    CHECK(std::abs(edges - p * pairs) < 5 * std::sqrt(pairs * p * (1 - p)));
  }
}

TEST_CASE("every pair of nodes is joined with the same probability") {
  // Of 2000 connected draws of 5 nodes, by symmetry each of 10 pairs is joined equally often. The mean count m over the
  // pairs estimates it; a count deviates from m by less than 5 standard deviations, each at most √(2000/4).
  std::array<int, 25> counts{};
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    const Mixing w = metropolis_hastings(erdos_renyi(5, 0.6, seed));
    for (NodeId i = 0; i < 5; ++i)
      for (const NodeId j : w.neighbors(i)) counts[static_cast<std::size_t>(5 * i + j)] += 1;
  }
  double mean = 0;
  for (std::size_t i = 0; i < 5; ++i)
    for (std::size_t j = 0; j < i; ++j) mean += counts[5 * i + j] / 10.0;
  for (std::size_t i = 0; i < 5; ++i)
    for (std::size_t j = 0; j < i; ++j) CHECK(std::abs(counts[5 * i + j] - mean) < 5 * std::sqrt(500.0));
}

TEST_CASE("probability 1 gives the complete graph, and one node needs no edge") {
  CHECK(facts(metropolis_hastings(erdos_renyi(6, 1, 0))).edges == 15);
  CHECK(facts(metropolis_hastings(erdos_renyi(1, 0.5, 0))).nodes == 1);
}

TEST_CASE("one seed gives one graph, another seed another") {
  const auto w = [](std::uint64_t seed) {
    return SparseMatrix(metropolis_hastings(erdos_renyi(40, 0.2, seed)).matrix());
  };
  CHECK((w(3) - w(3)).norm() == 0);
  CHECK((w(3) - w(4)).norm() > 0);
}

TEST_CASE("a probability far below the threshold is given up with a sentence that names it") {
  CHECK_THROWS_WITH_AS(
      erdos_renyi(1000, 0.001, 0),
      "erdos_renyi: none of 100 draws of 1000 nodes with probability 0.001 was connected, expected well "
      "above ln n / n = 0.00691",
      TopologyError);
  CHECK_THROWS_WITH_AS(erdos_renyi(10, 0, 0),
                       "erdos_renyi: probability 0 is out of range, expected above 0 and at most 1", TopologyError);
}

}  // namespace
}  // namespace gossamer
