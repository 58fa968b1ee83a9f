#include <doctest/doctest.h>

#include "sim/network/models/alpha_beta.hpp"
#include "sim/network/models/max_min.hpp"
#include "sim/network/models/nic.hpp"
#include "sim/network/models/piecewise.hpp"
#include "sim/network/platforms/platforms.hpp"
#include "tests/sim/network/clock.hpp"

namespace gossamer {
namespace {

using namespace std::chrono_literals;
using testing::check_time;
using testing::Clock;

TEST_CASE("A smaller message waits for a larger one that was sent before it to the same node") {
  AlphaBetaNetwork network{{.latency = 3ms, .bandwidth = 1e6}};
  Clock clock{network};
  clock.send(0ms, 0, 1, 10000);   // in at 13 ms
  clock.send(10ms, 0, 1, 10000);  // in at 23 ms
  clock.send(12ms, 0, 1, 1000);   // would be in at 16 ms
  clock.send(12ms, 0, 2, 1000);
  clock.send(12ms, 1, 0, 1000);
  clock.send(21ms, 0, 1, 1000);
  clock.run();
  check_time(clock.arrivals[2], 23ms);
  check_time(clock.arrivals[3], 16ms);
  check_time(clock.arrivals[4], 16ms);
  check_time(clock.arrivals[5], 25ms);
}

TEST_CASE("Without contention a message takes latency plus bytes over bandwidth, however many are in flight") {
  AlphaBetaNetwork network{{.latency = 3ms, .bandwidth = 1e6}};
  Clock clock{network};
  for (int k = 0; k < 5; ++k) clock.send(1s, 0, 1, 2000);
  clock.run();
  for (const Seconds arrival : clock.arrivals) check_time(arrival, 1s + 3ms + 2ms);
}

TEST_CASE("Alone, a message through network cards takes latency plus bytes over bandwidth") {
  NicNetwork network{{.latency = 3ms, .bandwidth = 1e6}, 2};
  Clock clock{network};
  clock.send(1s, 0, 1, 2000);
  clock.run();
  check_time(clock.arrivals[0], 1s + 3ms + 2ms);
}

TEST_CASE("A node's messages leave one after the other: fan-out to r receivers takes latency plus r transmissions") {
  NicNetwork network{{.latency = 3ms, .bandwidth = 1e6}, 9};
  Clock clock{network};
  for (NodeId to = 1; to <= 8; ++to) clock.send(0s, 0, to, 2000);
  clock.run();
  for (int k = 0; k < 8; ++k) check_time(clock.arrivals[static_cast<std::size_t>(k)], 3ms + (k + 1) * 2ms);
}

TEST_CASE("Messages to one node come in one after the other: incast of r takes latency plus r transmissions") {
  NicNetwork network{{.latency = 3ms, .bandwidth = 1e6}, 9};
  Clock clock{network};
  for (NodeId from = 1; from <= 8; ++from) clock.send(0s, from, 0, 2000);
  clock.run();
  for (int k = 0; k < 8; ++k) check_time(clock.arrivals[static_cast<std::size_t>(k)], 3ms + (k + 1) * 2ms);
}

TEST_CASE("Sending does not disturb receiving: two nodes that exchange take no longer than one message") {
  NicNetwork network{{.latency = 3ms, .bandwidth = 1e6}, 2};
  Clock clock{network};
  clock.send(0s, 0, 1, 2000);
  clock.send(0s, 1, 0, 2000);
  clock.run();
  check_time(clock.arrivals[0], 5ms);
  check_time(clock.arrivals[1], 5ms);
}

TEST_CASE(
    "A receiver takes messages in the order in which their first bytes arrive, not in which they were handed over") {
  NicNetwork network{{.latency = 0s, .bandwidth = 1e6}, 4};
  Clock clock{network};
  clock.send(0s, 0, 2, 10000);  // keeps node 0's card until 10 ms
  clock.send(0s, 0, 3, 1000);   // hence arrives from 10 ms on
  clock.send(1ms, 1, 3, 1000);  // handed over later, but there first
  clock.run();
  check_time(clock.arrivals[2], 2ms);
  check_time(clock.arrivals[1], 11ms);
}

TEST_CASE("Two ends without common state time messages as the network does") {
  NicNetwork network{{.latency = 3ms, .bandwidth = 1e6}, 3};
  Clock clock{network};
  clock.send(0s, 0, 2, 10000);
  clock.send(1ms, 1, 2, 4000);  // queues at the receiver, behind node 0's
  clock.send(2ms, 0, 1, 1000);  // queues at the sender, behind node 0's
  clock.run();
  const auto senders = network.shaper(), receivers = network.shaper();
  const Seconds first = senders->first_byte(0s, 0, 2, 10000, Side::active);
  const Seconds second = senders->first_byte(1ms, 1, 2, 4000, Side::active);
  const Seconds third = senders->first_byte(2ms, 0, 1, 1000, Side::active);
  CHECK(receivers->arrival(first, 0, 2, 10000, Side::active) == clock.arrivals[0]);
  CHECK(receivers->arrival(second, 1, 2, 4000, Side::active) == clock.arrivals[1]);
  CHECK(receivers->arrival(third, 0, 1, 1000, Side::active) == clock.arrivals[2]);
  check_time(clock.arrivals[1], 17ms);
  check_time(clock.arrivals[2], 14ms);
}

TEST_CASE("An all-reduce costs what its rounds cost") {
  const auto duration = [](AllReduce algorithm, NodeId nodes) {
    const AlphaBetaNetwork network{{.latency = 2ms, .bandwidth = 1e6, .all_reduce = algorithm}};
    return network.all_reduce(nodes, 16000).duration;
  };
  // Eight nodes, 16 kB. Ring: 14 rounds of 2 kB, each 2 ms + 2 ms. Doubling: 3 rounds of 16 kB, each 2 ms + 16 ms.
  check_time(duration(AllReduce::ring, 8), 14 * 4ms);
  const Traffic ring = all_reduce_traffic(AllReduce::ring, 3, 8, 16000);
  CHECK(ring.sent_bytes == 14 * 2000);
  CHECK(ring.sent_messages == 14);
  check_time(duration(AllReduce::recursive_doubling, 8), 3 * 18ms);
  CHECK(all_reduce_traffic(AllReduce::recursive_doubling, 3, 8, 16000).sent_bytes == 3 * 16000);
  // Nine nodes: the ninth hands its vector over before and gets the result after.
  check_time(duration(AllReduce::recursive_doubling, 9), 5 * 18ms);
  check_time(duration(AllReduce::ring, 1), 0ms);
}

TEST_CASE("A fresh network has forgotten every message: the next takes what the first would have taken") {
  const auto check = [](Network&& network) {
    Clock clock{network};
    clock.send(0s, 0, 1, 1'000'000);  // in after a second
    clock.send(1ms, 0, 1, 7);
    clock.send(1ms, 1, 0, 1'000'000);
    clock.run();
    const auto fresh = network.fresh();
    Clock again{*fresh};
    again.send(0s, 0, 1, 2000);
    again.run();
    check_time(again.arrivals[0], 3ms + 2ms);
  };
  check(AlphaBetaNetwork{{.latency = 3ms, .bandwidth = 1e6}});
  check(NicNetwork{{.latency = 3ms, .bandwidth = 1e6}, 2});
  check(PiecewiseNetwork{{.latency = {3e-3}, .bandwidth = {1e6}}, 2});
  check(MaxMinNetwork{{}, star_platform({1e6, 1500us}, 2), 2});
}

}  // namespace
}  // namespace gossamer
