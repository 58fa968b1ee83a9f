#include "topologies/rounds/bipartite_exponential.hpp"

#include <vector>

#include <doctest/doctest.h>

#include "tests/topologies/rounds/periods.hpp"
#include "topologies/facts.hpp"
#include "topologies/rounds/rounds.hpp"

namespace gossamer {
namespace {

using testing::distance_to_exact;

TEST_CASE("every round is a perfect matching of odd with even nodes, by offsets ±1, ±3, ±5, ±9") {
  const std::vector<Mixing> rounds = bipartite_exponential(16);
  const std::vector<NodeId> offsets{1, -1, 3, -3, 5, -5, 9, -9};  // 1 + 2^i up to i = ⌊log₂ 15⌋ = 3; 9 = −7, −9 = 7
  REQUIRE(rounds.size() == offsets.size());
  for (std::size_t k = 0; k < rounds.size(); ++k) {
    CHECK(rounds[k].is_symmetric());
    for (NodeId r = 1; r < 16; r += 2) {
      const NodeId other = (r + offsets[k] + 16) % 16;
      REQUIRE(rounds[k].neighbors(r).size() == 1);
      CHECK(rounds[k].neighbors(r)[0] == other);
      CHECK(rounds[k].weight(r, other) == 0.5);
      CHECK(rounds[k].neighbors(other).size() == 1);
    }
  }
  CHECK(bipartite(mean_of(rounds)));
}

TEST_CASE("offsets that are equal modulo n come once: four for eight nodes, two for four, one for two") {
  CHECK(bipartite_exponential(8).size() == 4);  // 1, −1, 3, −3 = 5
  CHECK(bipartite_exponential(4).size() == 2);
  CHECK(bipartite_exponential(2).size() == 1);
  CHECK(distance_to_exact(bipartite_exponential(4)) < 1e-15);
  CHECK(distance_to_exact(bipartite_exponential(2)) < 1e-15);
}

TEST_CASE("with P peers a round takes the next P offsets, all with weight 1/(P + 1)") {
  const std::vector<Mixing> pairs = bipartite_exponential(16, 2);
  CHECK(pairs.size() == 4);
  CHECK(pairs[1].weight(1, 4) == 1.0 / 3);
  CHECK(pairs[1].weight(1, 14) == 1.0 / 3);
  CHECK(bipartite_exponential(16, 3).size() == 8);  // 8/gcd(8, 3)
  CHECK(bipartite_exponential(8, 4).size() == 1);
}

TEST_CASE("an odd number of nodes and too many peers are refused") {
  CHECK_THROWS_WITH_AS(bipartite_exponential(7),
                       "bipartite_exponential: 7 nodes cannot all be paired, expected an even number", TopologyError);
  CHECK_THROWS_WITH_AS(bipartite_exponential(8, 5),
                       "bipartite_exponential: peers must be from 1 to 4, as many as there are offsets, got 5",
                       TopologyError);
}

}  // namespace
}  // namespace gossamer
