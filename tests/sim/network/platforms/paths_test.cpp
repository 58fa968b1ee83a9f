#include "sim/network/platforms/paths.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <vector>

#include <doctest/doctest.h>

#include "sim/ground/random.hpp"
#include "sim/network/models/alpha_beta.hpp"
#include "sim/network/models/nic.hpp"
#include "tests/sim/network/clock.hpp"

namespace gossamer {
namespace {

using namespace std::chrono_literals;
using testing::check_time;
using testing::Clock;

/// 3 ms and 1 MB/s, with the additions of a test.
template <class Settings>
Settings with(const Protocol& protocol) {
  return {.latency = 3ms, .bandwidth = 1e6, .protocol = protocol};
}

/// The arrivals of `count` messages of 1000 B that node 0 sends to node 1, one every `interval`.
std::vector<Seconds> stream(const AlphaBeta& settings, int count, Seconds interval, std::uint64_t seed = 1) {
  AlphaBetaNetwork network{settings, {.links = nullptr, .seed = seed}};
  Clock clock{network};
  for (int k = 0; k < count; ++k) clock.send(k * interval, 0, 1, 1000);
  clock.run();
  return clock.arrivals;
}

TEST_CASE("A message costs overhead at both ends, three latencies above the threshold, and bytes over its share") {
  const Protocol protocol{.overhead = 1ms, .rendezvous_threshold = 1000, .bandwidth_factor = 0.5};
  AlphaBetaNetwork links{with<AlphaBeta>(protocol)};
  NicNetwork cards{with<Nic>(protocol), 4};
  for (Network* const network : {static_cast<Network*>(&links), static_cast<Network*>(&cards)}) {
    Clock clock{*network};
    clock.send(1s, 0, 1, 1000);
    clock.send(2s, 2, 3, 2000);
    clock.run();
    check_time(clock.arrivals[0], 1s + 1ms + 3ms + 2ms + 1ms);
    check_time(clock.arrivals[1], 2s + 1ms + 3 * 3ms + 4ms + 1ms);
    CHECK(network->handling(1000) == 1ms);
  }
}

TEST_CASE("A processor hands over one message after the other, and computing waits for it") {
  AlphaBetaNetwork network{with<AlphaBeta>({.overhead = 1ms})};
  Clock clock{network};
  for (NodeId to = 1; to <= 4; ++to) clock.send(0s, 0, to, 1000);
  clock.run();
  for (int k = 0; k < 4; ++k) check_time(clock.arrivals[static_cast<std::size_t>(k)], (k + 1) * 1ms + 3ms + 1ms + 1ms);
  check_time(network.handled_until(0), 4ms);
  CHECK(network.handled_until(1) == 0s);
}

TEST_CASE("An eager message does not overtake an announced one to the same node, but one to another node does") {
  AlphaBetaNetwork network{with<AlphaBeta>({.rendezvous_threshold = 1000})};
  Clock clock{network};
  clock.send(0s, 0, 1, 2000);
  clock.send(1ms, 0, 1, 500);  // alone there after 3.5 ms; the last byte of the one before at 9 ms + 2 ms
  clock.send(1ms, 0, 2, 500);
  clock.run();
  check_time(clock.arrivals[0], 11ms);
  check_time(clock.arrivals[1], 11ms);
  check_time(clock.arrivals[2], 4.5ms);
}

TEST_CASE("Jitter multiplies the latency by a lognormal factor of mean 1") {
  // Sent 10 s apart, no message meets another. The factor's standard deviation is √(exp(σ²) − 1), that of its
  // logarithm σ around −σ²/2, and its square's about σ² has the standard deviation σ² √(2/N).
  const double sigma = 0.5;
  const int count = 20000;
  const auto arrivals = stream(with<AlphaBeta>({.jitter = sigma}), count, 10s);
  double sum = 0, logs = 0, squares = 0;
  for (int k = 0; k < count; ++k) {
    const double factor = (arrivals[static_cast<std::size_t>(k)] - k * 10s - 1ms) / Seconds{3ms};
    sum += factor;
    logs += std::log(factor);
    squares += std::pow(std::log(factor) + sigma * sigma / 2, 2);
  }
  const double n = count;
  CHECK(std::abs(sum / n - 1) < 4 * std::sqrt((std::exp(sigma * sigma) - 1) / n));
  CHECK(std::abs(logs / n + sigma * sigma / 2) < 4 * sigma / std::sqrt(n));
  CHECK(std::abs(squares / n - sigma * sigma) < 4 * sigma * sigma * std::sqrt(2 / n));
}

TEST_CASE("Jitter depends on the seed, the pair and the message's number alone") {
  const auto settings = with<AlphaBeta>({.jitter = 0.5});
  const auto arrivals = stream(settings, 3, 1s);
  CHECK(stream(settings, 3, 1s) == arrivals);
  const auto other = stream(settings, 3, 1s, 2);
  for (std::size_t k = 0; k < 3; ++k) CHECK(other[k] != arrivals[k]);
  AlphaBetaNetwork network{settings};
  Clock clock{network};
  for (int k = 0; k < 3; ++k) {
    clock.send(k * 1s, 0, 1, 1000);
    clock.send(k * 1s, 0, 2, 1000);
    clock.send(k * 1s, 1, 0, 1000);
  }
  clock.run();
  for (std::size_t k = 0; k < 3; ++k) {
    CHECK(clock.arrivals[3 * k] == arrivals[k]);
    CHECK(clock.arrivals[3 * k + 1] != arrivals[k]);
    CHECK(clock.arrivals[3 * k + 2] != arrivals[k]);
  }
}

TEST_CASE("Messages of one pair stay in order however much latencies vary, those to different nodes do not") {
  const auto in_order = [](const std::vector<Seconds>& times) { return std::is_sorted(times.begin(), times.end()); };
  const auto settings = with<AlphaBeta>({.jitter = 2});
  CHECK(in_order(stream(settings, 500, 1ms)));
  AlphaBetaNetwork network{settings};
  Clock to_many{network};
  for (int k = 0; k < 500; ++k) to_many.send(k * 1ms, 0, k + 1, 1000);
  to_many.run();
  CHECK_FALSE(in_order(to_many.arrivals));

  AlphaBetaNetwork links{settings};
  NicNetwork cards{with<Nic>({.jitter = 2}), 2};
  for (Network* const varied : {static_cast<Network*>(&links), static_cast<Network*>(&cards)}) {
    Clock clock{*varied};
    Draws sizes{1, Purpose::noise};
    for (int k = 0; k < 2000; ++k) clock.send(k * 1ms, 0, 1, static_cast<Bytes>(sizes.below(5000)));
    clock.run();
    CHECK(in_order(clock.arrivals));
  }
}

/// The arrivals, if senders and receivers are different objects, as if in different processes.
std::vector<Seconds> arrivals_at_ends(const Network& network, const std::vector<Clock::Send>& sends) {
  const auto senders = network.shaper(), receivers = network.shaper();
  std::vector<Seconds> firsts, arrivals(sends.size());
  for (const auto& s : sends) firsts.push_back(senders->first_byte(s.at, s.from, s.to, s.size, Side::active));
  std::vector<std::size_t> order(sends.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return firsts[a] < firsts[b]; });
  for (const std::size_t k : order)
    arrivals[k] = receivers->arrival(firsts[k], sends[k].from, sends[k].to, sends[k].size, Side::active);
  return arrivals;
}

TEST_CASE("Two ends without common state time messages as the network does, for all settings") {
  const NodeId nodes = 6;
  const Protocol protocol{.overhead = 100us, .rendezvous_threshold = 2000, .bandwidth_factor = 0.9, .jitter = 0.7};
  const PathContext context{.links = links_in(Geometry::disk, {1ms, 1e6}, 4ms, nodes, 3), .seed = 3};
  const AlphaBetaNetwork links{with<AlphaBeta>(protocol), context};
  Nic nic = with<Nic>(protocol);
  nic.up_bandwidth = 5e5;
  nic.down_bandwidth = 2e6;
  nic.gap = 200us;
  const NicNetwork cards{nic, nodes, context};

  std::vector<Clock::Send> sends;
  Draws draws{1, Purpose::noise};
  for (int k = 0; k < 300; ++k) {
    const auto from = static_cast<NodeId>(draws.below(nodes));
    const auto to = static_cast<NodeId>((from + 1 + static_cast<NodeId>(draws.below(nodes - 1))) % nodes);
    sends.push_back({k * 300us, from, to, static_cast<Bytes>(draws.below(4000))});
  }
  const auto check = [&](auto network) {
    const auto ends = arrivals_at_ends(network, sends);
    Clock clock{network};
    for (const auto& s : sends) clock.send(s.at, s.from, s.to, s.size);
    clock.run();
    CHECK(clock.arrivals == ends);
    for (std::size_t k = 0; k < sends.size(); ++k) CHECK(ends[k] > sends[k].at + network.shaper()->latency());
  };
  check(links);
  check(cards);
}

TEST_CASE("An all-reduce on paths that differ takes its longest chain of messages") {
  // 0 → 1: 1 s, 1 → 2: 2 s, 2 → 0: 4 s; back 8 s, 16 s, 32 s. Ring: four messages; 2 → 0 → 1 → 2 → 0 is the longest.
  const LatencyMatrix matrix{.sites = {"a", "b", "c"}, .seconds = {0, 1, 32, 8, 0, 2, 4, 16, 0}};
  const PathContext context{.links = links_between_sites(matrix, 1e9, 3), .seed = 1};
  AlphaBeta settings{.latency = 0s, .bandwidth = 1e9, .all_reduce = AllReduce::ring};
  check_time(AlphaBetaNetwork(settings, context).all_reduce(3, 0).duration, 11s);
  // Doubling: 2 hands over to 0 until 4 s; 0 and 1 exchange until 5 s at 1 and 8 s at 0; 0 gives 2 the mean until 40 s.
  settings.all_reduce = AllReduce::recursive_doubling;
  check_time(AlphaBetaNetwork(settings, context).all_reduce(3, 0).duration, 40s);
}

}  // namespace
}  // namespace gossamer
