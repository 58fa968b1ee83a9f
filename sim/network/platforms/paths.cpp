#include "sim/network/platforms/paths.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "sim/ground/random.hpp"

namespace gossamer {
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

/// A stream's number is the receiver's, which has 28 bits, and one bit for one-sided reads.
Seconds Paths::first_byte(Seconds leaves, NodeId from, NodeId to, Bytes size, Side sender, Seconds card) {
  const Seconds usual = latency(from, to, static_cast<double>(size));
  if (!may_overtake_) return leaves + usual;
  const std::uint64_t stream =
      static_cast<std::uint64_t>(sender == Side::passive) << 28 | static_cast<std::uint64_t>(to);
  Pair& pair = pairs_[static_cast<std::uint64_t>(from) << 32 | stream];
  const Seconds flow = std::max(transmission(from, to, size), card);
  const Seconds alone = leaves + jitter(from, stream, pair.messages++) * usual;
  pair.first = std::max({alone, pair.first, pair.last - flow});
  while (pair.first + flow < pair.last)  // rounding may cost the last bit
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

}  // namespace gossamer
