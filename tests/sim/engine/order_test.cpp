#include <optional>
#include <vector>

#include <doctest/doctest.h>

#include "sim/compute/laws.hpp"
#include "sim/engine/simulation.hpp"
#include "sim/network/models/max_min.hpp"
#include "sim/network/models/piecewise.hpp"
#include "sim/network/platforms/platforms.hpp"
#include "tests/graphs.hpp"
#include "tests/sim/engine/faulty.hpp"

// Messages between two nodes arrive in the order in which they were sent, even if a network would deliver the later one
// first.
namespace gossamer {
namespace {

using namespace std::chrono_literals;

struct Received {
  Seconds at;
  double weight;
};

void check(const std::vector<Received>& seen, const std::vector<Received>& expected) {
  REQUIRE(seen.size() == expected.size());
  for (std::size_t k = 0; k < seen.size(); ++k) {
    CHECK(seen[k].at.count() == doctest::Approx(expected[k].at.count()).epsilon(1e-12));
    CHECK(seen[k].weight == expected[k].weight);
  }
}

/// Node 0 sends 1000 B and then 10 B to node 1 at once, 10 B to node 2, and 500 B to node 1 after a step.
struct Talk {
  Simulation* simulation = nullptr;
  std::vector<Received> by_1;
  std::vector<Received> by_2;
};
Task talk(Node& node, Talk* talk) {
  if (node.id() == 0) {
    node.send(1, Encoded{{}, 1000, 1});
    node.send(1, Encoded{{}, 10, 2});
    node.send(2, Encoded{{}, 10, 3});
    co_await node.tick();
    node.send(1, Encoded{{}, 500, 4});
    co_return;
  }
  auto& seen = node.id() == 1 ? talk->by_1 : talk->by_2;
  for (int k = 0; k < (node.id() == 1 ? 3 : 1); ++k) {
    const std::optional<Encoded> message = co_await node.receive_encoded(0);
    seen.push_back({talk->simulation->now(), message ? message->weight : 0});
  }
}

Talk run_talk(Network& network, const Faults* faults = nullptr) {
  const Mixing w = testing::complete(3);
  const auto law = step_times(ConstantStep{.step = 5ms});
  Simulation simulation{{.mixing = w,
                         .step_times = *law,
                         .network = network,
                         .plane = nullptr,
                         .payload = 0,
                         .seed = 1,
                         .meetings = {},
                         .timeline = nullptr,
                         .schedule = nullptr,
                         .faults = faults}};
  Talk result{.simulation = &simulation, .by_1 = {}, .by_2 = {}};
  simulation.run([&](Node& node) { return talk(node, &result); }, {});
  return result;
}

TEST_CASE("On piecewise links a short message arrives with the longer one that was sent to the same node before it") {
  // t(s) = 1 ms + s / (1 MB/s): alone they would take 2 ms, 1.01 ms, 1.01 ms, 1.5 ms.
  PiecewiseNetwork network{{.latency = {1e-3}, .bandwidth = {1e6}}, 3};
  const Talk seen = run_talk(network);
  check(seen.by_1, {{2ms, 1}, {2ms, 2}, {6.5ms, 4}});
  check(seen.by_2, {{1.01ms, 3}});  // another node's message does not wait
}

TEST_CASE("Of messages that flow each for itself a short one arrives with the longer one before it") {
  // Cards of 1 MB/s: all three leave through one, a third each, until the short ones are in after 30 µs; 1020 B in all.
  MaxMinNetwork network{{.connections = Connections::per_message}, star_platform({1e6, 0s}, 3), 3};
  const Talk seen = run_talk(network);
  check(seen.by_1, {{1.02ms, 1}, {1.02ms, 2}, {5.5ms, 4}});
  check(seen.by_2, {{30us, 3}});
}

TEST_CASE("Faults meet messages in the order in which these were sent") {
  // Losses that are seen to after 10 ms: the first message is lost twice or more with probability p², and whatever
  // becomes of it, the second does not arrive before it.
  PiecewiseNetwork network{{.latency = {1e-3}, .bandwidth = {1e6}}, 3};
  const Faults faults = testing::faults_of(3, 1s, Loss{.probability = 0.5, .retransmit = 10ms});
  const Talk seen = run_talk(network, &faults);
  REQUIRE(seen.by_1.size() == 3);
  CHECK(seen.by_1[0].weight == 1);
  CHECK(seen.by_1[1].weight == 2);
  CHECK(seen.by_1[2].weight == 4);
}

}  // namespace
}  // namespace gossamer
