#include "sim/network/paths.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <utility>

#include "sim/numerics/random.hpp"

namespace gossamer {
namespace {

/// The longest chain of 2 (n − 1) messages around the ring, or from one node.
Seconds ring_duration(const CollectiveCosts::Times& times, NodeId nodes, double chunk) {
  const auto hop = [&](NodeId i) { return times.message(i % nodes, (i + 1) % nodes, chunk); };
  Seconds around{0}, least_two{std::numeric_limits<double>::infinity()}, from_one{0};
  for (NodeId i = 0; i < nodes; ++i) {
    around += hop(i);
    least_two = std::min(least_two, hop(i) + hop(i + 1));
    if (times.interval) from_one = std::max(from_one, (2 * nodes - 3) * times.interval(i, chunk) + hop(i));
  }
  return std::max(2 * around - least_two, from_one);
}

/// Surplus nodes hand their vector over before the exchanges at distance 1, 2, 4, … and get the result after them.
Seconds doubling_duration(const CollectiveCosts::Times& times, NodeId nodes, double size) {
  const auto& time = times.message;
  const auto core = static_cast<NodeId>(std::bit_floor(static_cast<unsigned>(nodes)));
  std::vector<Seconds> ready(static_cast<std::size_t>(core));
  for (NodeId i = core; i < nodes; ++i) ready[static_cast<std::size_t>(i - core)] = time(i, i - core, size);
  for (NodeId distance = 1; distance < core; distance *= 2) {
    const std::vector<Seconds> before = ready;
    for (NodeId i = 0; i < core; ++i) {
      const NodeId peer = i ^ distance;
      ready[static_cast<std::size_t>(i)] =
          std::max(before[static_cast<std::size_t>(i)], before[static_cast<std::size_t>(peer)] + time(peer, i, size));
    }
  }
  Seconds end = *std::max_element(ready.begin(), ready.end());
  for (NodeId i = core; i < nodes; ++i)
    end = std::max(end, ready[static_cast<std::size_t>(i - core)] + time(i - core, i, size));
  return end;
}

}  // namespace

Paths::Paths(Link usual, const Protocol& protocol, PathContext context, double most_bandwidth)
    : usual_{usual},
      protocol_{protocol},
      links_{std::move(context.links)},
      seed_{context.seed},
      most_bandwidth_{most_bandwidth},
      may_overtake_{links_ || protocol.jitter > 0 || protocol.rendezvous_threshold ||
                    most_bandwidth == std::numeric_limits<double>::infinity()} {}

Seconds Paths::transmission(NodeId from, NodeId to, double size) const {
  return Seconds{size / (protocol_.bandwidth_factor * std::min(between(from, to).bandwidth, most_bandwidth_))};
}

Seconds Paths::latency(NodeId from, NodeId to, double size) const {
  const Seconds once = between(from, to).latency;
  if (!protocol_.rendezvous_threshold || size <= static_cast<double>(*protocol_.rendezvous_threshold)) return once;
  return 2 * once + between(to, from).latency;
}

Seconds Paths::least_latency() const {
  if (protocol_.jitter > 0) return Seconds{0};
  return links_ ? links_->least_latency() : usual_.latency;
}

/// The address holds 29 bits of the stream and 28 of the message's number in it.
double Paths::jitter(NodeId from, std::uint64_t stream, std::uint64_t message) const {
  const double sigma = protocol_.jitter;
  if (sigma == 0) return 1;
  constexpr int bits = 28;
  const std::uint64_t number = message & ((std::uint64_t{1} << bits) - 1);
  Draws draws{seed_, Purpose::jitter, from, stream << bits | number};
  return std::exp(sigma * standard_normal(draws) - sigma * sigma / 2);
}

/// Streams are told by the receiver, whose number has 28 bits, and by whether it reads one-sidedly.
Seconds Paths::first_byte(Seconds leaves, NodeId from, NodeId to, Bytes size, Side sender, Seconds card) {
  const Seconds usual = latency(from, to, static_cast<double>(size));
  if (!may_overtake_) return leaves + usual;
  const std::uint64_t stream =
      static_cast<std::uint64_t>(sender == Side::passive) << 28 | static_cast<std::uint64_t>(to);
  Pair& pair = pairs_[static_cast<std::uint64_t>(from) << 32 | stream];
  const Seconds flow = std::max(transmission(from, to, size), card);
  const Seconds alone = leaves + jitter(from, stream, pair.messages++) * usual;
  pair.first = std::max({alone, pair.first, pair.last - flow});
  while (pair.first + flow < pair.last)  // by the last bit
    pair.first = Seconds{std::nextafter(pair.first.count(), std::numeric_limits<double>::infinity())};
  pair.last = pair.first + flow;
  return pair.first;
}

Seconds Processors::hand_over(Seconds now, NodeId node, Side side) {
  if (overhead(side) == Seconds{0}) return now;
  const auto i = static_cast<std::size_t>(node);
  if (free_.size() <= i) free_.resize(i + 1);
  return free_[i] = std::max(now, free_[i]) + overhead_;
}

Seconds Processors::free_at(NodeId node) const {
  const auto i = static_cast<std::size_t>(node);
  return i < free_.size() ? free_[i] : Seconds{0};
}

Network::Collective CollectiveCosts::cost(AllReduce algorithm, Pairs pairs, const Times& times, NodeId nodes,
                                          Bytes size) {
  if (nodes == nodes_ && size == size_) return known_;
  nodes_ = nodes;
  size_ = size;
  known_ = all_reduce_cost(
      algorithm, [&](double bytes) { return nodes > 1 ? times.message(0, 1, bytes) : Seconds{0}; }, nodes, size);
  if (pairs == Pairs::different && nodes > 1)
    known_.duration = algorithm == AllReduce::ring ? ring_duration(times, nodes, static_cast<double>(size) / nodes)
                                                   : doubling_duration(times, nodes, static_cast<double>(size));
  return known_;
}

}  // namespace gossamer
