#include "sim/network/nic.hpp"

#include <algorithm>
#include <utility>

namespace gossamer {
namespace {

Cards cards_of(const Nic& settings) {
  return {.up = settings.protocol.bandwidth_factor * settings.up_bandwidth.value_or(settings.bandwidth),
          .down = settings.protocol.bandwidth_factor * settings.down_bandwidth.value_or(settings.bandwidth),
          .gap = settings.gap,
          .overhead = settings.protocol.overhead};
}

Paths paths_of(const Nic& settings, PathContext context) {
  const double up = settings.up_bandwidth.value_or(settings.bandwidth);
  return {{settings.latency, up}, settings.protocol, std::move(context), up};
}

}  // namespace

NicNetwork::NicNetwork(const Nic& settings, NodeId nodes, PathContext context)
    : nodes_{nodes},
      method_{settings.all_reduce, settings.shards},
      paths_{paths_of(settings, std::move(context))},
      ends_{cards_of(settings), paths_, nodes} {}

void NicNetwork::send(Seconds now, MessageId message, NodeId from, NodeId to, Bytes size, Courier& courier) {
  start(now, message, Side::active, {.from = from, .to = to, .size = size}, courier);
}

void NicNetwork::send_one_sided(Seconds now, MessageId message, NodeId from, NodeId to, Bytes size, NodeId read,
                                Courier& courier) {
  start(now, message, side_of(from, read), {.from = from, .to = to, .size = size, .receiver = side_of(to, read)},
        courier);
}

void NicNetwork::start(Seconds now, MessageId message, Side sender, const Flight& flight, Courier& courier) {
  if (flights_.size() <= message) flights_.resize(message + 1);
  flights_[message] = flight;
  courier.wake_at(ends_.first_byte(now, flight.from, flight.to, flight.size, sender), message);
}

void NicNetwork::wake(Seconds now, std::uint32_t token, Courier& courier) {
  const Flight& flight = flights_[token];
  courier.deliver_at(ends_.arrival(now, flight.from, flight.to, flight.size, flight.receiver), token);
}

Seconds NicNetwork::duration(const CollectiveAlgorithm& algorithm, const Group& group, Bytes size) const {
  const Cards& cards = ends_.cards();
  const auto alone = [&](NodeId from, NodeId to, double bytes) {
    const Seconds up{bytes / cards.up}, down{bytes / cards.down};
    const Seconds flow = std::max({up, down, paths_.transmission(from, to, bytes)});
    return 2 * cards.overhead + paths_.latency(from, to, bytes) + flow;
  };
  const auto in_a_row = [&](NodeId from, NodeId to, double bytes) {
    const Seconds busy{bytes / std::min(cards.up, cards.down)};
    return std::max(alone(from, to, bytes), busy + cards.gap);
  };
  const auto next_at = [&cards](double bandwidth) {
    return
        [&cards, bandwidth](double bytes) { return std::max(Seconds{bytes / bandwidth} + cards.gap, cards.overhead); };
  };
  const auto times = [&] {
    return PairCosts{
        .alone = alone, .exchange = in_a_row, .next_in = next_at(cards.down), .next_out = next_at(cards.up)};
  };
  const auto links = paths_.uniform() ? CollectiveCosts::Links::alike : CollectiveCosts::Links::differ;
  return costs_.cost(algorithm, group, size, links, times);
}

}  // namespace gossamer
