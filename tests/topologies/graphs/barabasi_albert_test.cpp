#include "topologies/graphs/barabasi_albert.hpp"

#include <doctest/doctest.h>

#include "topologies/facts.hpp"
#include "topologies/weights.hpp"

namespace gossamer {
namespace {

TEST_CASE("a graph grown by attachment has m (n − m) edges and is connected") {
  for (const auto& [n, m] : {std::pair{2, 1}, {50, 1}, {50, 3}, {300, 5}, {5, 4}}) {
    const GraphFacts f = facts(metropolis_hastings(barabasi_albert(n, m, 9)));
    CHECK(f.edges == m * (n - m));
    CHECK(f.degree_min >= 1);
  }
}

TEST_CASE("attachment is preferential: hubs grow like m √n") {
  // The degree of the oldest nodes grows like m √(n/m) (Barabási and Albert): 141 at n = 10,000, m = 2. Uniform
  // attachment would leave them near m ln n = 18.
  CHECK(facts(metropolis_hastings(barabasi_albert(10'000, 2, 1))).degree_max > 60);
}

TEST_CASE("one seed gives one grown graph, another seed another") {
  const auto w = [](std::uint64_t seed) {
    return SparseMatrix(metropolis_hastings(barabasi_albert(40, 2, seed)).matrix());
  };
  CHECK((w(3) - w(3)).norm() == 0);
  CHECK((w(3) - w(4)).norm() > 0);
}

TEST_CASE("attachments must be between 1 and n − 1") {
  CHECK_THROWS_WITH_AS(barabasi_albert(5, 5, 0),
                       "barabasi_albert: attachments 5 do not fit, expected from 1 to below the 5 nodes",
                       TopologyError);
  CHECK_THROWS_AS(barabasi_albert(5, 0, 0), TopologyError);
}

}  // namespace
}  // namespace gossamer
