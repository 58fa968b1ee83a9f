#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "sim/network/models/nic.hpp"
#include "tests/sim/network/clock.hpp"

// The effects of LogGP's o, g, G and of different bandwidths up and down on fan-out and incast.
namespace gossamer {
namespace {

using namespace std::chrono_literals;
using testing::check_time;
using testing::Clock;

const Nic usual{.latency = 3ms, .bandwidth = 1e6};

/// The arrivals of the messages of 2000 B that node 0 sends to 1 … 8 at once, or these to node 0.
std::vector<Seconds> fan_out(const Nic& settings) {
  NicNetwork network{settings, 9};
  Clock clock{network};
  for (NodeId to = 1; to <= 8; ++to) clock.send(0s, 0, to, 2000);
  clock.run();
  return clock.arrivals;
}
std::vector<Seconds> incast(const Nic& settings) {
  NicNetwork network{settings, 9};
  Clock clock{network};
  for (NodeId from = 1; from <= 8; ++from) clock.send(0s, from, 0, 2000);
  clock.run();
  return clock.arrivals;
}

/// Checks arrival k, k = 0 … 7, against expected(k).
template <class Expected>
void check_each(const std::vector<Seconds>& arrivals, Expected expected) {
  REQUIRE(arrivals.size() == 8);
  for (int k = 0; k < 8; ++k) {
    CAPTURE(k);
    check_time(arrivals[static_cast<std::size_t>(k)], expected(k));
  }
}

TEST_CASE("Alone, a message takes as long as the slower of the two cards") {
  Nic settings = usual;
  settings.up_bandwidth = 5e5;
  check_time(fan_out(settings).front(), 3ms + 4ms);
  settings.up_bandwidth = 4e6;
  check_time(fan_out(settings).front(), 3ms + 2ms);
}

TEST_CASE("A hub's messages leave s/U + g apart") {
  Nic settings = usual;
  settings.up_bandwidth = 5e5;
  settings.gap = 1ms;
  check_each(fan_out(settings), [](int k) { return 3ms + 4ms + k * (4ms + 1ms); });
}

TEST_CASE("A hub whose processor needs longer than its card sends a message every o") {
  Nic settings = usual;
  settings.gap = 1ms;
  settings.protocol.overhead = 7ms;
  check_each(fan_out(settings), [](int k) { return (k + 1) * 7ms + 3ms + 2ms + 7ms; });
  settings.protocol.overhead = 500us;  // the card is slower: once 0.5 ms, then 2 ms + 1 ms for each
  check_each(fan_out(settings), [](int k) { return 0.5ms + k * 3ms + 3ms + 2ms + 0.5ms; });
}

TEST_CASE("A parameter server takes in a message every s/D + g, whatever its workers' cards can send") {
  Nic settings = usual;
  settings.down_bandwidth = 5e5;
  check_each(incast(settings), [](int k) { return 3ms + (k + 1) * 4ms; });
  settings.gap = 1ms;
  check_each(incast(settings), [](int k) { return 3ms + (k + 1) * 4ms + k * 1ms; });
}

TEST_CASE("A card that receives four times as fast as others send takes in four messages at once") {
  // Each sender needs 2 ms for its message, the receiver's card 0.5 ms: from the fifth on they wait for it.
  Nic settings = usual;
  settings.down_bandwidth = 4e6;
  check_each(incast(settings), [](int k) { return 3ms + std::max(Seconds{2ms}, (k + 1) * Seconds{0.5ms}); });
}

TEST_CASE("A server whose processor needs longer than its card takes in a message every o") {
  Nic settings = usual;
  settings.protocol.overhead = 7ms;
  check_each(incast(settings), [](int k) { return 7ms + 3ms + 2ms + k * 7ms + 7ms; });
}

TEST_CASE("Announcements overlap: large messages leave one after the other, each two latencies later") {
  Nic settings = usual;
  settings.protocol.rendezvous_threshold = 1999;
  check_each(fan_out(settings), [](int k) { return 3 * 3ms + (k + 1) * 2ms; });
}

TEST_CASE("The rounds of an all-reduce take what both cards need") {
  // Eight nodes, 16 kB: 14 rounds of 2 kB, each 0.5 ms + 3 ms + 4 ms + 0.5 ms; a gap of 6 ms makes it 4 ms + 6 ms.
  Nic settings = usual;
  settings.all_reduce = AllReduce::ring;
  settings.down_bandwidth = 5e5;
  settings.protocol.overhead = 500us;
  check_time(NicNetwork(settings, 8).all_reduce(8, 16000).duration, 14 * 8ms);
  settings.gap = 6ms;
  check_time(NicNetwork(settings, 8).all_reduce(8, 16000).duration, 14 * 10ms);
}

/// Node 0 has a card of 0.5 MB/s up and 2 MB/s down, all others have 1 MB/s each way.
std::shared_ptr<const NodeCards> one_other_card() {
  NodeCards cards{.kinds = {}, .of_node = std::vector<std::size_t>(9, 1)};
  cards.kinds.push_back({ChangingRate{{{0s, 5e5}}}, ChangingRate{{{0s, 2e6}}}});
  cards.kinds.push_back({ChangingRate{{{0s, 1e6}}}, ChangingRate{{{0s, 1e6}}}});
  cards.of_node[0] = 0;
  return std::make_shared<const NodeCards>(std::move(cards));
}

TEST_CASE("Each node's card has its own rates, and a message takes the slower one at its ends") {
  const auto arrivals = [](NodeId from, NodeId to, int messages, Nic settings = usual) {
    NicNetwork network{settings, 9, {}, one_other_card()};
    Clock clock{network};
    for (int k = 0; k < messages; ++k) clock.send(0s, from == 8 ? 8 - k : from, to, 2000);
    clock.run();
    return clock.arrivals;
  };
  check_time(arrivals(0, 1, 1).front(), 3ms + 4ms);
  check_time(arrivals(1, 0, 1).front(), 3ms + 2ms);
  check_time(arrivals(1, 2, 1).front(), 3ms + 2ms);
  check_each(arrivals(0, 1, 8), [](int k) { return 3ms + (k + 1) * 4ms; });
  // Eight senders of 1 MB/s at a card of 2 MB/s: the first is in after 2 ms, one more every 1 ms from then on.
  check_each(arrivals(8, 0, 8), [](int k) { return 3ms + std::max(2ms, (k + 1) * 1ms); });
  Nic with_headers = usual;
  with_headers.protocol.bandwidth_factor = 0.5;
  check_time(arrivals(0, 1, 1, with_headers).front(), 3ms + 8ms);
}

TEST_CASE("A message without bytes waits for a card that is down, at either end") {
  // The card of node 0 is down in [10, 20) ms; messages take 3 ms from card to card.
  const ChangingRate fast{{{0s, 1e6}}}, fails{{{0s, 1e6}, {10ms, 0}, {20ms, 1e6}}};
  NodeCards cards{.kinds = {{fails, fails}, {fast, fast}}, .of_node = {0, 1}};
  NicNetwork network{usual, 2, {}, std::make_shared<const NodeCards>(std::move(cards))};
  Clock clock{network};
  clock.send(5ms, 0, 1, 0);
  clock.send(8ms, 1, 0, 0);
  clock.send(12ms, 0, 1, 0);
  clock.run();
  check_time(clock.arrivals[0], 8ms);
  check_time(clock.arrivals[1], 20ms);
  check_time(clock.arrivals[2], 20ms + 3ms);
}

TEST_CASE("A message goes on at the new rate where a card's rate changes") {
  // The sender slows down from 1 MB/s to 0.25 MB/s at 1 ms; the receiver's card is as fast as that only from 6 ms on.
  const ChangingRate fast{{{0s, 1e6}}};
  const auto arrival = [&](const ChangingRate& up, const ChangingRate& down) {
    NodeCards cards{.kinds = {{up, fast}, {fast, down}}, .of_node = {0, 1}};
    NicNetwork network{usual, 2, {}, std::make_shared<const NodeCards>(std::move(cards))};
    Clock clock{network};
    clock.send(0s, 0, 1, 2000);
    clock.send(0s, 0, 1, 1000);
    clock.run();
    return clock.arrivals;
  };
  const auto slows = arrival(ChangingRate{{{0s, 1e6}, {1ms, 2.5e5}}}, fast);
  check_time(slows[0], 3ms + 1ms + 4ms);
  check_time(slows[1], 3ms + 1ms + 4ms + 4ms);
  const auto speeds_up = arrival(fast, ChangingRate{{{0s, 2.5e5}, {6ms, 1e6}}});
  check_time(speeds_up[0], 6ms + 1.25ms);  // of 2000 B, 750 B came in from 3 ms to 6 ms
  check_time(speeds_up[1], 6ms + 2.25ms);
}

}  // namespace
}  // namespace gossamer
