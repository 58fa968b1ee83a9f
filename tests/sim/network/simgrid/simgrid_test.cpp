#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "sim/network/models/max_min.hpp"
#include "tests/cluster.hpp"
#include "tests/graphs.hpp"
#include "tests/sim/network/scenario.hpp"
#include "tests/sim/network/simgrid/reference.hpp"

/// `max_min` against SimGrid, its model CM02 with latency and bandwidth factors of 1, no TCP window, weight-S 0,
/// crosstraffic off and all rates updated at every event (`fluid_engine`).
namespace gossamer {
namespace {

using namespace std::chrono_literals;
using testing::arrivals;
using testing::relative_error;
using testing::Scenario;
using testing::ScenarioMaker;

constexpr double tolerance = 1e-6;

void check_agreement(const Scenario& scenario) {
  const auto expected = testing::simgrid_arrivals(scenario);
  const auto actual = arrivals(scenario);
  for (std::size_t m = 0; m < expected.size(); ++m) {
    CAPTURE(m);
    CHECK(relative_error(actual[m], expected[m]) < tolerance);
  }
}

void set_latency(Platform& platform, Seconds latency) {
  for (auto& link : platform.links) link.latency = latency;
}

TEST_CASE("Two flows on one link") {
  check_agreement({.platform = star_platform({}, 3), .messages = {{0s, 0, 1, 1'000'000}, {0s, 0, 2, 3'000'000}}});
}

TEST_CASE("Three flows on two links") {
  Platform platform = star_platform({}, 4);
  platform.links[0].bandwidth = 1e8;    // node0/up: flows 0 and 1
  platform.links[3].bandwidth = 0.7e8;  // node1/down: flows 0 and 2
  check_agreement(
      {.platform = platform, .messages = {{0s, 0, 1, 5'000'000}, {0s, 0, 2, 7'000'000}, {0s, 3, 1, 1'000'000}}});
}

TEST_CASE("Incast of k flows into one card") {
  for (const NodeId k : {1, 2, 7, 31}) {
    Scenario scenario{.platform = star_platform({}, k + 1)};
    for (NodeId from = 1; from <= k; ++from) scenario.messages.push_back({0s, from, 0, 100'000 * from});
    check_agreement(scenario);
  }
}

TEST_CASE("A parking lot") {
  Scenario scenario{.platform = torus_platform({.dimensions = {12}}, 12)};
  set_latency(scenario.platform, 0s);
  scenario.messages.push_back({0s, 0, 5, 4'000'000});
  for (NodeId s = 0; s < 5; ++s) scenario.messages.push_back({0s, s, s + 1, 1'000'000 * (s + 1)});
  check_agreement(scenario);
}

TEST_CASE("Unequal starts") {
  Scenario scenario{.platform = cluster_platform({.backbone_bandwidth = 2e8}, 10)};
  for (NodeId k = 0; k < 20; ++k) {
    const NodeId from = k % 10, to = (from + 1 + 3 * k % 9) % 10;
    scenario.messages.push_back({k * 3.7ms, from, to, 1'000'000});
  }
  check_agreement(scenario);
}

TEST_CASE("A link that changes speed, or fails, under a flow") {
  Scenario scenario{.platform = star_platform({}, 4)};
  for (NodeId k = 1; k < 4; ++k) scenario.messages.push_back({0s, 0, k, 4'000'000 * k});
  scenario.messages.push_back({10ms, 3, 1, 9'000'000});
  scenario.platform.changes = {{20ms, 0, 0.3e8}, {50ms, 3, 0.1e8}, {200ms, 0, 2e8}};
  check_agreement(scenario);
  scenario.platform.changes.push_back({300ms, 3, 0.0});  // flows to node 1 never arrive; the others get their share
  check_agreement(scenario);
}

TEST_CASE("200 random scenarios of 50 flows") {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    ScenarioMaker draws{seed};
    Scenario scenario = draws.make(50);
    set_latency(scenario.platform, 0s);
    check_agreement(scenario);
  }
}

TEST_CASE("Weights 1/latency: 60 random scenarios of 50 flows with random latencies") {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    CAPTURE(seed);
    ScenarioMaker draws{seed};
    Scenario scenario = draws.make(50);
    scenario.sharing = Sharing::inverse_latency;
    check_agreement(scenario);
  }
}

TEST_CASE("Weights 1/latency: 64 chains, whose links have latencies of three decades") {
  for (std::uint64_t seed = 0; seed < 64; ++seed) {
    CAPTURE(seed);
    ScenarioMaker draws{seed};
    const NodeId n = 4 + draws.below(8);
    PlatformGraph graph;
    const auto hosts = static_cast<std::size_t>(n);
    for (std::size_t i = 0; i < hosts; ++i) {
      graph.hosts.push_back("h" + std::to_string(i));
      graph.switches.push_back("s" + std::to_string(i));
      graph.cables.push_back({"card" + std::to_string(i), i, hosts + i, 1e10, Seconds{draws.between(1e-5, 1e-4)}});
    }
    for (std::size_t i = 1; i < hosts; ++i)
      graph.cables.push_back({"hop" + std::to_string(i), hosts + i - 1, hosts + i, 1e8 * draws.between(0.3, 3),
                              Seconds{std::pow(10.0, draws.between(-5, -2))}});
    Scenario scenario{
        .platform = routed_platform(std::move(graph), n), .messages = {}, .sharing = Sharing::inverse_latency};
    for (int m = 0; m < 40; ++m) {
      const NodeId from = draws.below(n), to = (from + 1 + draws.below(n - 1)) % n;
      scenario.messages.push_back(
          {Seconds{draws.between(0, 0.05)}, from, to, static_cast<Bytes>(1e4 * std::pow(10.0, draws.between(0, 3)))});
    }
    check_agreement(scenario);
  }
}

/// A step, which takes until the node's start, then an all-reduce.
Task average(Node& node, const Simulation& simulation, std::vector<double>& ends) {
  Params x = node.initial_params();
  while (node.running()) {
    co_await node.gradient(x);
    x = co_await node.all_reduce_mean(x);
    ends[static_cast<std::size_t>(node.id())] = simulation.now().count();
  }
}

std::vector<double> ring_ends(const Platform& platform, const std::vector<double>& starts, Bytes payload) {
  const Mixing w = testing::complete(platform.hosts);
  const testing::StepsBy steps{[&](NodeId i, std::uint64_t) { return Seconds{starts[static_cast<std::size_t>(i)]}; }};
  MaxMinNetwork network{
      {.connections = Connections::per_message, .all_reduce = AllReduce::ring}, platform, platform.hosts};
  Simulation simulation{
      {.mixing = w, .step_times = steps, .network = network, .payload = payload, .collectives = Collectives::played}};
  std::vector<double> ends(starts.size());
  simulation.run([&](Node& node) { return average(node, simulation, ends); }, {.node_steps = 1});
  return ends;
}

TEST_CASE("A ring all-reduce among 8 nodes from 1 MB to 500 MB") {
  Platform platform = cluster_platform({.backbone_bandwidth = 6e8, .backbone_latency = 0s}, 8);
  platform.links[6].bandwidth = 0.6e8;  // node3/up
  std::vector<double> starts;
  for (NodeId i = 0; i < 8; ++i) starts.push_back(0.001 + 0.004 * (i * 5 % 8));
  for (const Bytes payload : {1'000'000, 8'000'000, 64'000'000, 500'000'000}) {
    const auto expected = testing::simgrid_ring(platform, starts, payload / 8);
    const auto actual = ring_ends(platform, starts, payload);
    for (std::size_t i = 0; i < starts.size(); ++i) CHECK(relative_error(actual[i], expected[i]) < tolerance);
  }
}

}  // namespace
}  // namespace gossamer
