#include "sim/network/models/alpha_beta.hpp"

namespace gossamer {

AlphaBetaNetwork::AlphaBetaNetwork(const AlphaBeta& settings, PathContext context)
    : link_{settings.latency, settings.bandwidth},
      one_size_{link_},
      initial_{{link_, settings.protocol, std::move(context)}, settings.protocol.overhead},
      method_{settings.all_reduce, settings.shards} {
  const bool constant = initial_.paths().constant() && settings.protocol.overhead == Seconds{0};
  if (!constant) ends_ = initial_;
}

/// The slow path: it keeps for each pair of nodes when its messages arrive.
LinkShaper& AlphaBetaNetwork::ends() {
  if (!ends_) one_size_.add_to(ends_.emplace(initial_));
  return *ends_;
}

std::unique_ptr<Network> AlphaBetaNetwork::fresh() const {
  auto network = std::make_unique<AlphaBetaNetwork>(*this);
  network->one_size_ = OneSize{link_};
  if (ends_) network->ends_ = initial_;
  return network;
}

/// A node reads one other node at a time, so the fast path needs no order.
void AlphaBetaNetwork::send_one_sided(Seconds now, MessageId message, NodeId from, NodeId to, Bytes size, NodeId read,
                                      Scheduler& scheduler) {
  if (!ends_) return scheduler.deliver_at(now + link_.latency + link_.transmission(size), message);
  const Seconds first_byte = ends_->first_byte(now, from, to, size, side_of(from, read));
  scheduler.deliver_at(ends_->arrival(first_byte, from, to, size, side_of(to, read)), message);
}

/// A processor hands over one message at a time, and takes in messages as they arrive.
CollectiveCost AlphaBetaNetwork::cost(const CollectiveAlgorithm& algorithm, const Group& group, Bytes size) const {
  const Paths& paths = initial_.paths();
  const Seconds overhead = initial_.processors().overhead(Side::active);
  const auto time = [&](NodeId from, NodeId to, double bytes) {
    return 2 * overhead + paths.latency(from, to, bytes) + paths.transmission(from, to, bytes);
  };
  const auto times = [&] {
    return PairCosts{.alone = time,
                     .exchange = time,
                     .next_in = [](double) { return Seconds{0}; },
                     .next_out = [overhead](double) { return overhead; }};
  };
  const auto links = paths.uniform() ? CollectiveCosts::Links::alike : CollectiveCosts::Links::differ;
  return costs_.cost(algorithm, group, size, links, times);
}

}  // namespace gossamer
