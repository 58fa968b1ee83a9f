#include "sim/network/models/max_min.hpp"

#include <algorithm>
#include <vector>

#include <doctest/doctest.h>

#include "tests/sim/network/clock.hpp"
#include "tests/sim/network/progressive_filling.hpp"
#include "tests/sim/network/scenario.hpp"

namespace gossamer {
namespace {

using namespace std::chrono_literals;
using testing::arrivals;
using testing::Clock;
using testing::FluidOracle;
using testing::relative_error;
using testing::Scenario;
using testing::ScenarioMaker;

/// Cards of 1 MB/s, by default without latency.
Platform star(NodeId nodes, Seconds latency = 0s) { return star_platform({1e6, latency}, nodes); }

/// A row of links of 1 MB/s between switches, one host at each.
Platform chain(std::size_t switches) {
  PlatformGraph graph;
  for (std::size_t s = 0; s < switches; ++s) {
    graph.hosts.push_back("h" + std::to_string(s));
    graph.switches.push_back("s" + std::to_string(s));
    graph.cables.push_back({"card" + std::to_string(s), s, switches + s, 1e9, 0s});
  }
  for (std::size_t s = 1; s < switches; ++s)
    graph.cables.push_back({"hop" + std::to_string(s), switches + s - 1, switches + s, 1e6, 0s});
  return routed_platform(std::move(graph), static_cast<NodeId>(switches));
}

void check(const Scenario& scenario, const std::vector<double>& expected) {
  const auto actual = arrivals(scenario);
  REQUIRE(actual.size() == expected.size());
  for (std::size_t m = 0; m < expected.size(); ++m) CHECK(relative_error(actual[m], expected[m]) < 1e-12);
}

TEST_CASE("Alone, a message takes the latency of its route plus bytes over the least bandwidth on it") {
  check({.platform = star(2, 3ms), .messages = {{1s, 0, 1, 2000}}}, {1.008});
  check({.platform = dumbbell_platform({1e6, 1ms, 1e5, 5ms}, 4), .messages = {{0s, 0, 3, 1000}, {1s, 1, 0, 1000}}},
        {0.017, 1.003});
}

TEST_CASE("Two flows share a link in halves until the shorter one has arrived") {
  check({.platform = star(3), .messages = {{0s, 0, 1, 1000}, {0s, 0, 2, 3000}}}, {0.002, 0.004});
}

TEST_CASE("A flow that begins later slows the first down from then on") {
  check({.platform = star(3), .messages = {{0s, 0, 1, 3000}, {1ms, 0, 2, 1000}}}, {0.004, 0.003});
}

TEST_CASE("Incast: k flows into one card take k times as long, and other messages are not disturbed") {
  Scenario scenario{.platform = star(10)};
  std::vector<double> expected;
  for (NodeId from = 1; from <= 8; ++from) {
    scenario.messages.push_back({0s, from, 0, 1000});
    expected.push_back(0.008);
  }
  scenario.messages.push_back({0s, 0, 9, 1000});
  expected.push_back(0.001);
  check(scenario, expected);
}

TEST_CASE("A connection carries one message after the other, beside those to and from other nodes") {
  Scenario scenario{.platform = star(3, 1ms), .connections = Connections::per_pair};
  scenario.messages = {{0s, 0, 1, 6000}, {1ms, 0, 1, 0}, {2ms, 0, 1, 1000}, {3ms, 0, 2, 2000}, {20ms, 0, 1, 1000}};
  // Alone from 2 ms to 5 ms, beside the fourth until that is in at 9 ms, then alone again: 3000 + 2000 + 1000 B. The
  // second and the third are behind it.
  check(scenario, {0.010, 0.010, 0.011, 0.009, 0.023});
}

TEST_CASE("Overhead, rendezvous and headers cost what they do on other networks") {
  // Cards of 1 MB/s, of which headers leave 0.8; 1 ms of latency either way; 2 ms of overhead at either end.
  MaxMinNetwork network{
      {.protocol = {.overhead = 2ms, .rendezvous_threshold = 4000, .bandwidth_factor = 0.8}}, star(4, 500us), 4};
  Clock clock{network};
  clock.send(0s, 0, 1, 4000);  // eager:    2 + 1 + 5 + 2 ms
  clock.send(1s, 0, 1, 8000);  // announced: 2 + 3 + 10 + 2 ms
  clock.send(1s, 0, 1, 800);   // does not overtake it: 1 ms behind
  clock.send(2s, 0, 1, 800);   // 2 + 1 + 1 + 2 ms
  clock.send(2s, 0, 2, 800);   // handed over 2 ms later
  clock.send(3s, 0, 3, 8000);  // announced: flows from 5 ms on, when the next is in
  clock.send(3s, 1, 3, 1600);  // eager: flows from 3 ms on
  clock.run();
  const std::vector<Seconds> expected{10ms, 1017ms, 1018ms, 2006ms, 2008ms, 3017ms, 3007ms};
  for (std::size_t m = 0; m < expected.size(); ++m) testing::check_time(clock.arrivals[m], expected[m]);
  testing::check_time(network.handling(100), 2ms);
}

TEST_CASE("A ring all-reduce takes 2 (n − 1) messages with all that the protocol costs") {
  constexpr NodeId n = 5;
  const MaxMin settings{.all_reduce = AllReduce::ring,
                        .protocol = {.overhead = 2ms, .rendezvous_threshold = 4000, .bandwidth_factor = 0.8}};
  const MaxMinNetwork network{settings, star(n, 500us), n};
  testing::check_time(network.all_reduce(n, n * 4000).duration, 8 * (2ms + 1ms + 5ms + 2ms));
  testing::check_time(network.all_reduce(n, n * 8000).duration, 8 * (2ms + 3ms + 10ms + 2ms));
}

TEST_CASE("Equal flows that share a link and travel on together stay together, unless a connection separates them") {
  // Two messages from node 0 to node 1, each of which is sent on to node 2 once it is in; 2 ms each.
  Scenario scenario{.platform = star(3)};
  scenario.messages = {{0s, 0, 1, 2000}, {0s, 0, 1, 2000}, {4ms, 1, 2, 2000}, {4ms, 1, 2, 2000}};
  check(scenario, {0.004, 0.004, 0.008, 0.008});
  scenario.connections = Connections::per_pair;
  scenario.messages = {{0s, 0, 1, 2000}, {0s, 0, 1, 2000}, {2ms, 1, 2, 2000}, {4ms, 1, 2, 2000}};
  check(scenario, {0.002, 0.004, 0.004, 0.006});
}

TEST_CASE("Parking lot: the long flow shares every link with a short one") {
  Scenario scenario{.platform = chain(4), .messages = {{0s, 0, 3, 4000}}};
  for (NodeId s = 0; s < 3; ++s) scenario.messages.push_back({0s, s, s + 1, 2000});
  check(scenario, {0.006, 0.004, 0.004, 0.004});
}

TEST_CASE("Bandwidth that a flow cannot use because of its bottleneck elsewhere goes to other flows") {
  // Node 1's card takes two flows at 0.5 MB/s each, which leaves 0.5 MB/s of node 0's card, beside 0.5 MB/s used.
  Platform platform = star(4);
  platform.links[3].bandwidth = 0.5e6;  // node1/down
  check({.platform = platform, .messages = {{0s, 0, 1, 1000}, {0s, 2, 1, 1000}, {0s, 0, 3, 3000}}},
        {0.004, 0.004, 0.004});
}

TEST_CASE("With weights 1/latency, a route of half the latency gets twice the rate") {
  Platform platform = star(3);
  platform.links[3].latency = 1ms;
  platform.links[5].latency = 2ms;
  // From 2 ms on both flow. Before that the first, alone, has 1000 B of its 3000 B; then 2/3 and 1/3 of 1 MB/s.
  check({.platform = platform, .messages = {{0s, 0, 1, 3000}, {0s, 0, 2, 1000}}, .sharing = Sharing::inverse_latency},
        {0.005, 0.005});
  check({.platform = platform, .messages = {{0s, 0, 1, 3000}, {0s, 0, 2, 1000}}}, {0.005, 0.004});
}

TEST_CASE("A link that changes speed, fails and comes back: its flows go on where they were") {
  Scenario scenario{.platform = star(3), .messages = {{0s, 0, 1, 3000}, {0s, 2, 1, 1000}}};
  scenario.platform.changes = {{1ms, 0, 0.25e6}, {2ms, 0, 0.0}, {10ms, 0, 0.5e6}};
  // 500 B by 1 ms, 250 B by 2 ms, the rest at 0.5 MB/s from 10 ms on; the second flow gets the rest of the capacity.
  check(scenario, {0.0145, 0.001 + 500 / 0.75e6});
}

TEST_CASE("A flow over a link that fails for good never arrives, and nothing keeps the clock running") {
  Scenario scenario{.platform = star(3), .messages = {{0s, 0, 1, 3000}, {0s, 2, 1, 1000}}};
  scenario.platform.changes = {{1ms, 0, 0.0}};
  MaxMinNetwork network{{}, scenario.platform, 3};
  Clock clock{network};
  for (const auto& message : scenario.messages) clock.send(message.at, message.from, message.to, message.size);
  clock.run();
  CHECK(clock.arrivals[0] == -1s);
  CHECK(clock.now == clock.arrivals[1]);
  CHECK(relative_error(clock.now.count(), 0.0015) < 1e-12);
}

TEST_CASE("The clock ends with the last arrival, even if later wakes or changes are scheduled") {
  Scenario scenario{.platform = star(3), .messages = {{0s, 0, 1, 1000}, {0s, 0, 2, 500}}};
  scenario.platform.changes = {{1s, 0, 1.0}};  // at first the longer flow is expected at 2 ms
  MaxMinNetwork network{{}, scenario.platform, 3};
  Clock clock{network};
  for (const auto& message : scenario.messages) clock.send(message.at, message.from, message.to, message.size);
  clock.run();
  CHECK(clock.now == std::max(clock.arrivals[0], clock.arrivals[1]));
  CHECK(relative_error(clock.now.count(), 0.0015) < 1e-12);
}

TEST_CASE("Messages that arrive at one instant are delivered in the order in which they began to flow") {
  MaxMinNetwork network{{}, star(8), 8};
  Clock clock{network};
  const std::vector<std::pair<NodeId, NodeId>> pairs{{6, 7}, {0, 1}, {4, 5}, {2, 3}};
  for (const auto& [from, to] : pairs) clock.send(0s, from, to, 1000);
  clock.run();
  CHECK(clock.order == std::vector<MessageId>{0, 1, 2, 3});
  CHECK(std::adjacent_find(clock.arrivals.begin(), clock.arrivals.end(), std::not_equal_to<>{}) ==
        clock.arrivals.end());
}

TEST_CASE("A message without bytes takes the latency, one to its sender no time") {
  MaxMinNetwork network{{}, star(2, 3ms), 2};
  Clock clock{network};
  clock.send(1s, 0, 1, 0);
  clock.send(1s, 1, 1, 1000);
  clock.run();
  CHECK(relative_error(clock.arrivals[0].count(), 1.006) < 1e-12);
  CHECK(clock.arrivals[1] == 1s);
}

TEST_CASE("A message without bytes does not cross a link that has failed, but waits for it as others do") {
  // The card of node 0 is down in [1, 10) ms. Messages that reach it meanwhile wait; a connection keeps its order.
  for (const Connections connections : {Connections::per_message, Connections::per_pair}) {
    Scenario scenario{.platform = star(3, 500us), .connections = connections};
    scenario.messages = {{0s, 0, 1, 0},  {1ms, 0, 1, 0},    {2ms, 0, 2, 0},
                         {2ms, 1, 2, 0}, {2ms, 0, 1, 1000}, {20ms, 0, 1, 0}};
    scenario.platform.changes = {{1500us, 0, 0.0}, {10ms, 0, 1e6}};
    check(scenario, {0.001, 0.010, 0.010, 0.003, 0.011, 0.021});
  }
  // It never arrives where the link has failed for good.
  Scenario forever{.platform = star(2), .messages = {{0s, 0, 1, 0}, {1s, 0, 1, 0}}};
  forever.platform.changes = {{500ms, 0, 0.0}};
  check(forever, {0.0, -1.0});
}

TEST_CASE("On random platforms messages arrive as if all rates were computed anew at every event, to 1e-9") {
  for (std::uint64_t seed = 0; seed < 120; ++seed) {
    ScenarioMaker draws{seed};
    Scenario scenario = draws.make(60);
    if (seed % 2 == 1) scenario.sharing = Sharing::inverse_latency;
    if (seed % 3 == 1) draws.add_changes(scenario, 6);
    const auto expected = FluidOracle{scenario}.arrivals();
    const auto actual = arrivals(scenario);
    CAPTURE(seed);
    for (std::size_t m = 0; m < expected.size(); ++m) {
      CAPTURE(m);
      REQUIRE(relative_error(actual[m], expected[m]) < 1e-9);
    }
  }
}

TEST_CASE("Nothing is lost over a long time: a link that is never idle serves as many bytes as it can") {
  // Node 0 always has two messages under way; the last arrives when all bytes are through.
  MaxMinNetwork network{{}, star(3), 3};
  Clock clock{network};
  Bytes total = 0;
  for (int k = 0; k < 20'000; ++k) {
    const Bytes size = 700 + k % 601;
    total += size;
    clock.send(k * 0.5ms, 0, 1 + k % 2, size);  // at twice the rate that the card has
  }
  clock.run();
  CHECK(relative_error(clock.now.count(), static_cast<double>(total) / 1e6) < 1e-12);
}

TEST_CASE("An all-reduce by formula counts the messages of a round that share a link") {
  // Eight nodes, 16 kB: 14 rounds of 2 kB over 2 ms. The backbone of 2 MB/s has eight messages a round, cards have one.
  MaxMinNetwork network{{.all_reduce = AllReduce::ring}, cluster_platform({1e6, 1ms, 2e6, 0s}, 8), 8};
  CHECK(network.all_reduce(8, 16000).duration.count() == doctest::Approx(14 * (2e-3 + 2000 / 0.25e6)));
  MaxMinNetwork doubling{{.all_reduce = AllReduce::recursive_doubling}, star(9, 1ms), 9};
  CHECK(doubling.all_reduce(9, 16000).duration.count() == doctest::Approx(5 * 18e-3));
  Platform broken = star(3);
  broken.changes = {{0s, 0, 0.0}};
  MaxMinNetwork failed{{}, broken, 3};
  CHECK_THROWS_AS(failed.all_reduce(3, 1000), NetworkError);
}

}  // namespace
}  // namespace gossamer
