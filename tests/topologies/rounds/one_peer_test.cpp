#include <cmath>
#include <complex>
#include <numbers>

#include <doctest/doctest.h>

#include "tests/topologies/rounds/periods.hpp"
#include "topologies/consensus_factor.hpp"
#include "topologies/rounds/one_peer_exponential.hpp"
#include "topologies/rounds/one_peer_hypercube.hpp"
#include "topologies/rounds/rounds.hpp"
#include "topologies/weights.hpp"

namespace gossamer {
namespace {

using testing::distance_to_exact;

double factor_of(const std::vector<Mixing>& rounds) { return consensus_factor(PeriodicSchedule{rounds})->factor; }

/// Largest magnitude, over the circulants' common eigenvectors, of the product of their eigenvalues.
double closed_form(NodeId n, NodeId peers) {
  double largest = 0;
  for (NodeId f = 1; f < n; ++f) {
    std::complex<double> product = 1;
    for (NodeId step = 1; step < n; step *= peers + 1) {
      std::complex<double> sum = 0;
      for (NodeId m = 0; m <= peers; ++m) sum += std::polar(1.0, 2 * std::numbers::pi * f * m * step / n);
      product *= sum / (peers + 1.0);
    }
    largest = std::max(largest, std::abs(product));
  }
  return largest;
}

TEST_CASE("a period of the one-peer exponential graph averages exactly where n = 2^τ") {
  for (NodeId tau = 1; tau <= 8; ++tau) {
    const std::vector<Mixing> rounds = one_peer_exponential(NodeId{1} << tau);
    CHECK(rounds.size() == static_cast<std::size_t>(tau));
    CHECK(distance_to_exact(rounds) < 1e-14);
    CHECK(factor_of(rounds) == 0);
  }
}

TEST_CASE(
    "for other n it does not: 0.209 of √Γ remain at n = 12, 0.2165 at n = 6, as the eigenvalues of circulants say") {
  CHECK(std::abs(factor_of(one_peer_exponential(12)) - 0.209) < 5e-4);
  CHECK(std::abs(factor_of(one_peer_exponential(6)) - 0.2165) < 5e-5);
  for (const NodeId n : {3, 5, 6, 7, 12, 33, 100})
    CHECK(std::abs(factor_of(one_peer_exponential(n)) - closed_form(n, 1)) < 1e-14);
}

TEST_CASE("with P peers in a round, n = (P + 1)^τ nodes average exactly, other n by the factor of the eigenvalues") {
  CHECK(distance_to_exact(one_peer_exponential(81, 2)) < 1e-14);
  CHECK(one_peer_exponential(81, 2).size() == 4);
  CHECK(distance_to_exact(one_peer_exponential(64, 3)) < 1e-14);
  CHECK(distance_to_exact(one_peer_exponential(6, 5)) < 1e-15);
  for (const NodeId n : {6, 10, 32})  // among them offsets that are the node itself, and some that coincide
    for (const NodeId peers : {2, 3, 4}) {
      CAPTURE(n);
      CAPTURE(peers);
      CHECK(std::abs(factor_of(one_peer_exponential(n, peers)) - closed_form(n, peers)) < 1e-14);
    }
}

TEST_CASE("in round k node i receives from i + 2^(k mod τ), and both weights are one half") {
  const PeriodicSchedule schedule{one_peer_exponential(11)};
  CHECK(schedule.period() == 4);
  for (const std::uint64_t k : {7u, 0u, 2u, 1u, 7u, 4u}) {
    const auto w = schedule.round(k);
    CHECK(w->is_directed());
    for (NodeId i = 0; i < 11; ++i) {
      CHECK(w->weight(i, i) == 0.5);
      CHECK(w->weight(i, (i + (NodeId{1} << k % 4)) % 11) == 0.5);
    }
  }
}

TEST_CASE("the one-peer hypercube pairs all nodes in every round and averages exactly, in any order of its rounds") {
  for (NodeId dimension = 0; dimension <= 7; ++dimension) {
    std::vector<Mixing> rounds = one_peer_hypercube(dimension);
    for (int order = 0; order < 2; ++order, std::reverse(rounds.begin(), rounds.end()))
      CHECK(distance_to_exact(rounds) < 1e-14);
    for (const Mixing& round : rounds) {
      CHECK(round.is_symmetric());
      if (dimension > 0) CHECK(round.neighbors(0).size() == 1);
    }
  }
  CHECK(one_peer_hypercube(3)[1].weight(5, 7) == 0.5);
}

TEST_CASE("above the dense limit the factor of a period comes from vectors, to the same closed form") {
  CHECK(std::abs(factor_of(one_peer_exponential(1000)) - closed_form(1000, 1)) < 1e-9);
  CHECK(factor_of(one_peer_exponential(1024)) == 0);
  const ConsensusFactor factor = *consensus_factor(PeriodicSchedule{one_peer_exponential(12)});
  CHECK(factor.rounds == 4);
  CHECK(std::abs(std::pow(factor.per_round, 4) - factor.factor) < 1e-15);
}

TEST_CASE("laziness slows every round down, and a period is no longer exact") {
  const std::vector<Mixing> rounds = lazy(one_peer_hypercube(3), 0.5);
  // Every round takes one bit's share of a difference to θ instead of to nothing.
  CHECK(std::abs(factor_of(rounds) - 0.5) < 1e-14);
}

TEST_CASE("sizes that cannot be are refused") {
  CHECK_THROWS_WITH_AS(one_peer_exponential(1), "one_peer_exponential: needs at least 2 nodes, got 1", TopologyError);
  CHECK_THROWS_WITH_AS(one_peer_exponential(4, 4),
                       "one_peer_exponential: peers must be from 1 to 3, below the number of nodes, got 4",
                       TopologyError);
  CHECK_THROWS_WITH_AS(one_peer_hypercube(24), "one_peer_hypercube: dimension must be from 0 to 23, got 24",
                       TopologyError);
}

}  // namespace
}  // namespace gossamer
