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
  collective_transfer_.begin(now_, cost.duration, cost.in_flight);
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
  if (this->incarnation(node) == incarnation) deliver_mean(node, mean_);
}

// ---------------------------------------------------------------------------------------------------------------------
// Played message by message.

void Simulation::World::play_all_reduce(WorldNode& node, const Params& x) {
  const NodeId n = setup_.mixing.size();
  if (!played_) {
    played_method_ = fastest_all_reduce(setup_.network, setup_.collectives, n, setup_.payload);
    played_.emplace(PlayedCollective::Setup{.algorithm = algorithm_of(played_method_->algorithm),
                                            .group = {.nodes = n, .shards = played_method_->shards},
                                            .payload = setup_.payload},
                    *this);
  }
  std::uint8_t& next_turn = extras(node).turn;
  const std::uint8_t turn = std::exchange(next_turn, next_turn ^ 1);
  played_means_[turn].contributions.resize(nodes_.size());
  played_means_[turn].contributions[index(node.id())] = x;
  if (played_->join(node.id(), turn, {})) end_played(node, turn);
}

void Simulation::World::carry_part(Message part, Packet) {
  count_sent(node(part.from), 1, part.size);
  depart(messages_.add(std::move(part)));
}

void Simulation::World::receive_part(MessageId id) {
  const Message part = messages_.take(id);
  if (played_->take(part, {})) end_played(node(part.to), part.odd);
}

/// A node has the mean only when all have contributed. The state of the turn is cleared with the last node.
void Simulation::World::end_played(WorldNode& node, std::uint8_t turn) {
  PlayedMean& all = played_means_[turn];
  if (setup_.plane && !all.mean)
    all.mean = all_reduce_mean(*setup_.plane, played_method_->algorithm, std::exchange(all.contributions, {}));
  const Params mean = all.mean;
  if (++all.handed_out == setup_.mixing.size()) all = {};
  deliver_mean(node, mean);
}

}  // namespace gossamer
