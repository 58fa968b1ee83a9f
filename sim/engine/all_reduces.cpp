#include <algorithm>
#include <utility>

#include "sim/engine/all_reduce_mean.hpp"
#include "sim/engine/fastest_all_reduce.hpp"
#include "sim/engine/world.hpp"
#include "sim/network/collectives/collectives.hpp"

// All-reduces of all nodes: by formula, or played message by message.
namespace gossamer {
namespace {

/// The mean size of the messages that one node sends.
Bytes size_of_one(const Traffic& traffic) {
  return traffic.sent_bytes / std::max<std::int64_t>(1, traffic.sent_messages);
}

}  // namespace

void Simulation::World::join_all_reduce(WorldNode& node, const Params& x) {
  if (setup_.timeline) setup_.timeline->joined(now_, node.id());
  if (setup_.collectives == Collectives::played) return play_all_reduce(node, x);
  contributions_.resize(nodes_.size());
  has_joined_.resize(nodes_.size());
  contributions_[index(node.id())] = x;
  has_joined_[index(node.id())] = true;
  ++joined_;
  begin_all_reduce();
}

/// Whether the all-reduce that gathers waits for a node: it may still join, as far as is detected.
bool Simulation::World::is_awaited(const WorldNode& node) const {
  return !node.done && !has_joined(node) && !is_detected(node);
}

/// Begins the all-reduce that gathers, once no node is awaited any more. Its cost is that among the nodes that have
/// joined, which all have the mean when it ends.
void Simulation::World::begin_all_reduce() {
  if (joined_ == 0 || joined_ + down_ < unfinished_) return;
  if (std::any_of(nodes_.begin(), nodes_.end(), [this](const WorldNode& node) { return is_awaited(node); })) return;
  const NodeId joined = std::exchange(joined_, 0);
  const Network::Collective cost = setup_.network.all_reduce(joined, setup_.payload);
  collective_transfer_.begin(now_, cost.duration, cost.under_way);
  Traffic traffic;
  std::vector<Params> parts;
  for (WorldNode& node : nodes_) {
    if (!has_joined(node)) continue;
    has_joined_[index(node.id())] = false;
    traffic = all_reduce_traffic(cost.method, static_cast<NodeId>(parts.size()), joined, setup_.payload);
    charge(node, traffic);
    parts.push_back(std::exchange(contributions_[index(node.id())], {}));
    schedule(now_ + cost.duration, Kind::all_reduced, node.id(), incarnation(node));
  }
  if (setup_.plane) mean_ = all_reduce_mean(*setup_.plane, cost.method.algorithm, std::move(parts));
  if (setup_.timeline) setup_.timeline->all_reduce_began(now_, joined, size_of_one(traffic));
}

/// Hands out the mean. A node that is down gets it when it comes back; a lost program does not get it.
void Simulation::World::end_all_reduce(WorldNode& node, std::uint32_t incarnation) {
  if (setup_.timeline) setup_.timeline->all_reduce_ended(now_, node.id());
  if (this->incarnation(node) == incarnation) hand_out(node, mean_);
}

void Simulation::World::hand_out(WorldNode& node, Params mean) {
  node.mean = std::move(mean);
  node.all_reduce_stage = Stage::ready;
  wake(node, Wait::all_reduce, node.id());
}

// ---------------------------------------------------------------------------------------------------------------------
// Played message by message.

/// Puts the parts of an all-reduce into the network.
class Simulation::World::PartSender final : public CollectivePlay::Sender {
 public:
  PartSender(World& world, NodeId from, std::uint8_t turn) : world_{world}, from_{from}, turn_{turn} {}

  void send_part(const CollectivePlay::Part& part) override {
    world_.count_sent(world_.node(from_), part.size);
    world_.depart(world_.messages_.add({.content = {},
                                        .from = from_,
                                        .to = part.to,
                                        .size = part.size,
                                        .next = static_cast<MessageId>(part.step),
                                        .kind = Message::Kind::part,
                                        .turn = turn_}));
  }

 private:
  World& world_;
  NodeId from_;
  std::uint8_t turn_;
};

void Simulation::World::play_all_reduce(WorldNode& node, const Params& x) {
  PlayedAllReduce& all = played_[node.turn];
  const NodeId n = setup_.mixing.size();
  if (!all.begun()) {
    if (!played_method_) played_method_ = fastest_all_reduce(setup_.network, setup_.collectives, n, setup_.payload);
    all.begin(*played_method_, n, setup_.payload);
  }
  PartSender sender{*this, node.id(), std::exchange(node.turn, node.turn ^ 1)};
  all.join(node.id(), x, sender);
  if (all.over(node.id())) hand_out(node, all.hand_out(setup_.plane));
}

void Simulation::World::take_part(MessageId id) {
  const Message part = messages_.take(id);
  PlayedAllReduce& all = played_[part.turn];
  PartSender sender{*this, part.to, part.turn};
  all.take(part.to, part.from, static_cast<std::int32_t>(part.next), sender);
  if (all.over(part.to)) hand_out(node(part.to), all.hand_out(setup_.plane));
}

}  // namespace gossamer
