#include "topologies/rounds/one_peer_matchings.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <doctest/doctest.h>

#include "tests/topologies/rounds/periods.hpp"
#include "topologies/consensus_factor.hpp"
#include "topologies/graphs/complete.hpp"
#include "topologies/graphs/erdos_renyi.hpp"
#include "topologies/graphs/exponential.hpp"
#include "topologies/graphs/ring.hpp"
#include "topologies/rounds/edge_coloring.hpp"
#include "topologies/rounds/rounds.hpp"
#include "topologies/weights.hpp"

namespace gossamer {
namespace {

TEST_CASE("a period asks every edge of the graph once, in rounds of pairs that average") {
  const Mixing base = metropolis_hastings(erdos_renyi(17, 0.3, 4));
  Matching all;
  for (const Mixing& round : one_peer_matchings(base)) {
    CHECK(round.is_symmetric());
    for (NodeId i = 0; i < 17; ++i) {
      REQUIRE(round.neighbors(i).size() <= 1);
      for (const NodeId j : round.neighbors(i)) {
        CHECK(round.weight(i, j) == 0.5);
        if (i < j) all.emplace_back(i, j);
      }
    }
  }
  std::sort(all.begin(), all.end());
  CHECK(all == undirected_edges("test", base));
}

TEST_CASE("the two matchings of a ring of 2m nodes take √Γ to cos(π/m), those of a ring of four to nothing") {
  // After the first the m pairs agree, on y; the second makes (y_p + y_{p+1})/2 of them, twice each. Waves along the
  // pairs have the factors |cos(πk/m)|, and are in the inputs with the same norm as in y.
  for (const NodeId m : {3, 5, 8}) {
    const std::vector<Mixing> rounds = one_peer_matchings(metropolis_hastings(ring(2 * m)));
    CHECK(rounds.size() == 2);
    CHECK(std::abs(consensus_factor(PeriodicSchedule{rounds})->factor - std::cos(std::numbers::pi / m)) < 1e-13);
  }
  CHECK(testing::distance_to_exact(one_peer_matchings(metropolis_hastings(ring(4)))) < 1e-15);
}

TEST_CASE("a node alone rests, and a directed graph is refused") {
  CHECK(one_peer_matchings(metropolis_hastings(complete(1))).size() == 1);
  CHECK_THROWS_AS(one_peer_matchings(uniform_weights(exponential(6))), TopologyError);
}

}  // namespace
}  // namespace gossamer
