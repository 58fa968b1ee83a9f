#include <algorithm>
#include <utility>

#include "sim/engine/all_reduce_mean.hpp"
#include "sim/engine/fastest_all_reduce.hpp"
#include "sim/engine/fault_state.hpp"
#include "sim/engine/world.hpp"
#include "sim/network/collectives.hpp"

// All-reduces of all nodes: by formula, or played message by message.
namespace gossamer {

/// Counts what a node sends and receives in an all-reduce, at the time at which it is sent.
void Simulation::World::charge(VirtualNode& node, const Traffic& traffic) {
  node.counters_ += traffic;
  sent_bytes_ += traffic.sent_bytes;
}

/// Of the messages that one node sends, in the mean.
Bytes Simulation::World::size_of_one(const Traffic& traffic) {
  return traffic.sent_bytes / std::max<std::int64_t>(1, traffic.sent_messages);
}

/// How all nodes average, and, where it goes by formula, what that takes.
Network::Collective Simulation::World::all_reduce_of_all() {
  const NodeId n = setup_.mixing.size();
  if (setup_.collectives == Collectives::formula) return setup_.network.all_reduce(n, setup_.payload);
  if (!played_method_) played_method_ = fastest_all_reduce(setup_.network, setup_.collectives, n, setup_.payload);
  return {.method = *played_method_};
}

/// The last node to join lets the collective begin; every node has the mean when it ends.
void Simulation::World::join_all_reduce(VirtualNode& node, const Params& x) {
  const NodeId n = setup_.mixing.size();
  if (setup_.timeline) setup_.timeline->joined(now_, node.id());
  if (setup_.collectives == Collectives::played) return play_all_reduce(node, x);
  if (faults_) return join_all_reduce_of_living(node, x);
  contributions_.resize(static_cast<std::size_t>(n));
  contributions_[static_cast<std::size_t>(node.id())] = x;
  if (++joined_ < n) return;
  joined_ = 0;
  const Network::Collective cost = all_reduce_of_all();
  Traffic traffic;
  for (VirtualNode& each : nodes_) {
    traffic = all_reduce_traffic(cost.method, each.id(), n, setup_.payload);
    charge(each, traffic);
  }
  if (setup_.plane) {
    mean_ = all_reduce_mean(*setup_.plane, cost.method.algorithm, std::move(contributions_));
    contributions_.clear();
  }
  collective_transfer_.begin(now_, cost.duration, cost.under_way);
  if (setup_.timeline) setup_.timeline->all_reduce_began(now_, n, size_of_one(traffic));
  for (NodeId i = 0; i < n; ++i) schedule(now_ + cost.duration, Kind::all_reduced, i);
}

/// Puts the parts of an all-reduce into the network.
class Simulation::World::PartSender final : public CollectivePlay::Sender {
 public:
  PartSender(World& world, NodeId from, std::uint8_t turn) : world_{world}, from_{from}, turn_{turn} {}

  void send_part(const CollectivePlay::Part& part) override {
    const MessageId id = world_.messages_.add({.content = {},
                                               .from = from_,
                                               .to = part.to,
                                               .size = part.size,
                                               .next = static_cast<MessageId>(part.step),
                                               .kind = Message::Kind::part,
                                               .turn = turn_});
    world_.charge(world_.node(from_), {.sent_messages = 1, .sent_bytes = part.size});
    world_.enter_network(id, from_, part.to, part.size);
  }

 private:
  World& world_;
  NodeId from_;
  std::uint8_t turn_;
};

void Simulation::World::play_all_reduce(VirtualNode& node, const Params& x) {
  PlayedAllReduce& all = played_[node.turn_];
  const NodeId n = setup_.mixing.size();
  if (!all.begun()) all.begin(all_reduce_of_all().method, n, setup_.payload);
  PartSender sender{*this, node.id(), std::exchange(node.turn_, node.turn_ ^ 1)};
  all.join(node.id(), x, sender);
  if (all.over(node.id())) end_all_reduce(node, all);
}

void Simulation::World::take_part(MessageId id) {
  transfer_.change(now_, -1);
  const Message& message = messages_[id];
  VirtualNode& receiver = node(message.to);
  PlayedAllReduce& all = played_[message.turn];
  PartSender sender{*this, message.to, message.turn};
  const NodeId from = message.from;
  const auto step = static_cast<std::int32_t>(message.next);
  charge(receiver, {.received_messages = 1, .received_bytes = message.size});
  delay_gradient(receiver, message.size);
  messages_.remove(id);
  all.take(receiver.id(), from, step, sender);
  if (all.over(receiver.id())) end_all_reduce(receiver, all);
}

void Simulation::World::end_all_reduce(VirtualNode& node, PlayedAllReduce& all) {
  node.mean_ = all.hand_out(setup_.plane);
  node.all_reduce_ = VirtualNode::Stage::ready;
  wake_if_there(node, Wait::all_reduce, node.id());
}

}  // namespace gossamer
