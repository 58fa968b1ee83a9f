#include "sim/network/models/nic.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace gossamer {
namespace {

/// Bytes per second up and down, if no device overrides them.
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

/// If cards differ, the bandwidth of a path is that of its link.
Paths paths_of(const Nic& settings, PathContext context, const NodeCards* nodes) {
  const double most = nodes ? std::numeric_limits<double>::infinity() : up_of(settings);
  return {{settings.latency, most}, settings.protocol, std::move(context), most};
}

}  // namespace

NicNetwork::NicNetwork(const Nic& settings, NodeId nodes, PathContext context, std::shared_ptr<const NodeCards> cards)
    : nodes_{nodes},
      method_{settings.all_reduce, settings.shards},
      paths_{paths_of(settings, std::move(context), cards.get())},
      ends_{cards_of(settings, std::move(cards)), paths_, nodes} {}

void NicNetwork::send(Seconds now, MessageId message, NodeId from, NodeId to, Bytes size, Scheduler& scheduler) {
  start(now, message, Side::active, {.from = from, .to = to, .size = size}, scheduler);
}

void NicNetwork::send_one_sided(Seconds now, MessageId message, NodeId from, NodeId to, Bytes size, NodeId read,
                                Scheduler& scheduler) {
  start(now, message, side_of(from, read), {.from = from, .to = to, .size = size, .receiver = side_of(to, read)},
        scheduler);
}

void NicNetwork::start(Seconds now, MessageId message, Side sender, const Flight& flight, Scheduler& scheduler) {
  if (flights_.size() <= message) flights_.resize(message + 1);
  flights_[message] = flight;
  scheduler.wake_at(ends_.first_byte(now, flight.from, flight.to, flight.size, sender), message);
}

void NicNetwork::wake(Seconds now, std::uint32_t token, Scheduler& scheduler) {
  const Flight& flight = flights_[token];
  scheduler.deliver_at(ends_.arrival(now, flight.from, flight.to, flight.size, flight.receiver), token);
}

std::unique_ptr<Network> NicNetwork::fresh() const {
  auto network = std::make_unique<NicNetwork>(*this);
  network->ends_ = CardShaper{ends_.cards(), paths_, nodes_};
  network->flights_.clear();
  return network;
}

CollectiveCost NicNetwork::cost(const CollectiveAlgorithm& algorithm, const Group& group, Bytes size) const {
  const Cards& cards = ends_.cards();
  const auto up = [&](NodeId node, double bytes) { return cards.sending(node, Seconds{0}, bytes); };
  const auto down = [&](NodeId node, double bytes) { return cards.receiving(node, Seconds{0}, bytes); };
  const auto alone = [&](NodeId from, NodeId to, double bytes) {
    const Seconds flow = std::max({up(from, bytes), down(to, bytes), paths_.transmission(from, to, bytes)});
    return 2 * cards.overhead + paths_.latency(from, to, bytes) + flow;
  };
  const auto in_a_row = [&](NodeId from, NodeId to, double bytes) {
    return std::max(alone(from, to, bytes), std::max(up(from, bytes), down(to, bytes)) + cards.gap);
  };
  const auto until_next = [&cards](Seconds busy) { return std::max(busy + cards.gap, cards.overhead); };
  const auto times = [&] {
    return PairCosts{.alone = alone,
                     .exchange = in_a_row,
                     .next_in = [&](double bytes) { return until_next(down(0, bytes)); },
                     .next_out = [&](double bytes) { return until_next(up(0, bytes)); },
                     .interval = [&](NodeId from, double bytes) { return until_next(up(from, bytes)); }};
  };
  const bool alike = paths_.uniform() && !cards.nodes;
  return costs_.cost(algorithm, group, size, alike ? CollectiveCosts::Links::alike : CollectiveCosts::Links::differ,
                     times);
}

}  // namespace gossamer
