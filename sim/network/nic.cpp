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
      algorithm_{settings.all_reduce},
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

Network::Collective NicNetwork::all_reduce(NodeId nodes, Bytes size) const {
  const Cards& cards = ends_.cards();
  const auto time = [&](NodeId from, NodeId to, double bytes) {
    const Seconds up{bytes / cards.up}, down{bytes / cards.down};
    const Seconds flow = std::max({up, down, paths_.transmission(from, to, bytes)});
    const Seconds alone = 2 * cards.overhead + paths_.latency(from, to, bytes) + flow;
    return std::max(alone, std::max(up, down) + cards.gap);
  };
  return costs_.cost(algorithm_, paths_, time, nodes, size);
}

}  // namespace gossamer
