#include "topologies/rounds/machines.hpp"

#include <cmath>
#include <map>
#include <numeric>

#include <doctest/doctest.h>

#include "tests/topologies/rounds/periods.hpp"
#include "topologies/rounds/rounds.hpp"

namespace gossamer {
namespace {

using testing::distance_to_exact;

/// The receiver of node i in a round in which each node sends to one and receives from one, both with weight 1/2.
NodeId receiver(const Mixing& round, NodeId i) {
  CHECK(round.stochasticity() == Stochasticity::doubly);
  REQUIRE(round.receivers(i).size() == 1);
  REQUIRE(round.neighbors(i).size() == 1);
  const NodeId j = round.receivers(i)[0];
  CHECK(round.weight(j, i) == 0.5);
  CHECK(round.weight(i, i) == 0.5);
  return j;
}

TEST_CASE("in the inner-outer ring one node of a machine speaks to the next machine, the others to one another") {
  const NodeId machines = 3, per_machine = 4;
  const std::vector<Mixing> rounds = inner_outer_ring(machines, per_machine);
  CHECK(rounds.size() == 4);
  for (NodeId k = 0; k < per_machine; ++k)
    for (NodeId m = 0; m < machines; ++m) {
      const auto to = [&](NodeId local) { return receiver(rounds[static_cast<std::size_t>(k)], 4 * m + local); };
      CHECK(to(k) == (m + 1) % machines * 4 + k);
      // The circle of the others, from the one after k on: k + 1 → k + 2 → k + 3 → k + 1.
      CHECK(to((k + 1) % 4) == 4 * m + (k + 2) % 4);
      CHECK(to((k + 2) % 4) == 4 * m + (k + 3) % 4);
      CHECK(to((k + 3) % 4) == 4 * m + (k + 1) % 4);
    }
  CHECK_NOTHROW(mean_of(rounds));  // together they connect all
}

TEST_CASE("in the inner-outer exponential schedule offsets double from round to round, within machines and between") {
  // Machines: 1, 2, 4 of 5 (log₂ 4 = 2). Within: 1, 2, 4 of the 5 that stay of 6 (log₂ 4 = 2). lcm(6, 3, 3) = 6.
  const NodeId machines = 5, per_machine = 6;
  const std::vector<Mixing> rounds = inner_outer_exponential(machines, per_machine);
  CHECK(rounds.size() == 6);
  for (NodeId k = 0; k < 6; ++k)
    for (NodeId m = 0; m < machines; ++m) {
      const NodeId step = NodeId{1} << (k % 3);
      const auto to = [&](NodeId local) { return receiver(rounds[static_cast<std::size_t>(k)], 6 * m + local); };
      CHECK(to(k) == (m + step) % machines * 6 + k);
      for (NodeId place = 0; place < 5; ++place)
        CHECK(to((k + 1 + place) % 6) == 6 * m + (k + 1 + (place + step) % 5) % 6);
    }
  CHECK(inner_outer_exponential(2, 4).size() == std::lcm(4, std::lcm(1, 2)));
  CHECK(inner_outer_exponential(9, 3).size() == std::lcm(3, std::lcm(4, 1)));
}

TEST_CASE("machines that average and then speak along 2^e average exactly in log₂ M rounds if M is a power of two") {
  for (const NodeId machines : {2, 4, 8}) {
    const std::vector<Mixing> rounds = machine_exponential(machines, 3);
    CHECK(static_cast<double>(rounds.size()) == std::log2(machines));
    CHECK(distance_to_exact(rounds) < 1e-15);
  }
  const std::vector<Mixing> rounds = machine_exponential(6, 2);
  CHECK(rounds.size() == 3);
  CHECK(distance_to_exact(rounds) > 0.01);
  CHECK(rounds[1].weight(2 * 4, 2 * 2) == 0.25);  // machine 2 speaks to 4, with ½ · ½
  CHECK(rounds[1].weight(2 * 4, 2 * 4 + 1) == 0.25);
  CHECK(rounds[1].neighbors(0).size() == 3);
}

TEST_CASE("one machine, and machines too small to leave two nodes inside, are refused") {
  CHECK_THROWS_WITH_AS(inner_outer_ring(3, 2),
                       "inner_outer_ring: needs at least 2 machines of at least 3 nodes, got 3 of 2", TopologyError);
  CHECK_THROWS_AS(inner_outer_exponential(1, 4), TopologyError);
  CHECK_THROWS_WITH_AS(machine_exponential(1, 4),
                       "machine_exponential: needs at least 2 machines of at least 1 nodes, got 1 of 4", TopologyError);
}

}  // namespace
}  // namespace gossamer
