#include "sim/network/nic.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace gossamer {
namespace {

/// Bytes per second up and down where no device says otherwise.
double up_of(const Nic& settings) { return settings.up_bandwidth.value_or(settings.bandwidth); }
double down_of(const Nic& settings) { return settings.down_bandwidth.value_or(settings.bandwidth); }

Cards cards_of(const Nic& settings, std::shared_ptr<const NodeCards> nodes) {
  const double share = settings.protocol.bandwidth_factor;
  return {.up = share * up_of(settings),
          .down = share * down_of(settings),
          .gap = settings.gap,
          .overhead = settings.protocol.overhead,
          .nodes = std::move(nodes),
          .share = share};
}

/// Between cards that are not alike paths are as wide as their links.
Paths paths_of(const Nic& settings, PathContext context, const NodeCards* nodes) {
  const double most = nodes ? std::numeric_limits<double>::infinity() : up_of(settings);
  return {{settings.latency, most}, settings.protocol, std::move(context), most};
}

}  // namespace

NicNetwork::NicNetwork(const Nic& settings, NodeId nodes, PathContext context, std::shared_ptr<const NodeCards> cards)
    : nodes_{nodes},
      algorithm_{settings.all_reduce},
      paths_{paths_of(settings, std::move(context), cards.get())},
      ends_{cards_of(settings, std::move(cards)), paths_, nodes} {}

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

Network::Collective NicNetwork::all_reduce(NodeId nodes, Bytes size) const {
  const Cards& cards = ends_.cards();
  const auto up = [&](NodeId from, double bytes) { return cards.sending(from, Seconds{0}, bytes); };
  const auto time = [&](NodeId from, NodeId to, double bytes) {
    const Seconds down = cards.receiving(to, Seconds{0}, bytes);
    const Seconds flow = std::max({up(from, bytes), down, paths_.transmission(from, to, bytes)});
    const Seconds alone = 2 * cards.overhead + paths_.latency(from, to, bytes) + flow;
    return std::max(alone, std::max(up(from, bytes), down) + cards.gap);
  };
  CollectiveCosts::Times times{.message = time};
  if (cards.nodes)
    times.interval = [&](NodeId from, double bytes) { return std::max(up(from, bytes) + cards.gap, cards.overhead); };
  return costs_.cost(algorithm_, cards.nodes ? Pairs::different : paths_.pairs(), times, nodes, size);
}

}  // namespace gossamer
