#include <algorithm>
#include <utility>

#include "sim/engine/all_reduce_mean.hpp"
#include "sim/engine/fastest_all_reduce.hpp"
#include "sim/engine/world.hpp"
#include "sim/network/collectives/collectives.hpp"
#include "sim/numerics/numbers_plane.hpp"

// All-reduces and all-gathers: by formula, or played message by message.
namespace gossamer {
namespace {

/// The mean size of the messages that one node sends.
Bytes size_of_one(const Traffic& traffic) {
  return traffic.sent_bytes / std::max<std::int64_t>(1, traffic.sent_messages);
}

}  // namespace

/// The plane that averages; null without numerics.
DataPlane* Simulation::World::plane_of(const AllReduceKind& kind) {
  if (kind.numbers == 0) return setup_.plane;
  std::shared_ptr<DataPlane>& plane = numbers_planes_[kind.numbers];
  if (!plane) plane = make_numbers_plane(kind.numbers);
  return plane.get();
}

/// Computes the numbers of contributions that are functions of models, of all nodes at once.
void Simulation::World::summarize(std::vector<AllReduced>& contributions) const {
  if (contributions.empty() || !contributions.front().summary.function) return;
  std::vector<Summary> summaries;
  for (AllReduced& one : contributions) summaries.push_back(std::move(one.summary));
  std::vector<std::vector<double>> numbers = setup_.plane->summarize(summaries);
  for (std::size_t k = 0; k < numbers.size(); ++k) contributions[k].numbers = std::move(numbers[k]);
}

AllReduced Simulation::World::mean_of(const AllReduceKind& kind, AllReduce algorithm,
                                      std::vector<AllReduced> contributions) {
  DataPlane* const plane = plane_of(kind);
  if (!plane) return {};
  summarize(contributions);
  std::vector<Params> parts;
  for (AllReduced& one : contributions)
    parts.push_back(kind.numbers > 0 ? plane->adopt(std::as_bytes(std::span{one.numbers})) : std::move(one.model));
  Params mean = all_reduce_mean(*plane, algorithm, std::move(parts));
  if (kind.numbers > 0) return {.model = {}, .numbers = plane->values(mean)};
  return {.model = std::move(mean), .numbers = {}};
}

/// The mean of the contributions of the members that have joined, or the list of their messages.
AllReduced Simulation::World::result_of(const AllReduceKind& kind, AllReduce algorithm, NodeId first,
                                        AllReduceOfGroup& all_reduce) {
  std::vector<AllReduced> contributions;
  std::vector<Received> messages;
  for (std::size_t member = 0; member < all_reduce.tickets.size(); ++member) {
    if (all_reduce.tickets[member] < 0) continue;
    AllReduced& one = all_reduce.contributions[member];
    if (kind.gathers) {
      messages.push_back({.sender = first + static_cast<NodeId>(member),
                          .content = {.vector = std::move(one.model), .size = kind.size, .weight = one.numbers[0]}});
    } else {
      contributions.push_back(std::move(one));
    }
  }
  if (kind.gathers) return {.gathered = std::make_shared<const Gathered>(std::move(messages))};
  return mean_of(kind, algorithm, std::move(contributions));
}

void Simulation::World::join_all_reduce(WorldNode& node, const AllReduceKind& kind, NodeId ticket, AllReduced own) {
  if (setup_.timeline) setup_.timeline->joined(now_, node.id());
  if (setup_.collectives == Collectives::played) return play_all_reduce(node, kind, ticket, std::move(own));
  GroupOfKind& group = group_of(node, kind);
  const auto member = static_cast<std::size_t>(node.id() - group.members.first);
  const auto free = std::find_if(group.gathering.begin(), group.gathering.end(),
                                 [member](const AllReduceOfGroup& one) { return one.tickets[member] < 0; });
  const bool is_first = free == group.gathering.end();
  AllReduceOfGroup& joined = is_first ? group.gathering.emplace_back() : *free;
  const auto count = static_cast<std::size_t>(group.members.count);
  if (is_first) joined = {.tickets = std::vector<NodeId>(count, -1), .contributions = std::vector<AllReduced>(count)};
  joined.tickets[member] = ticket;
  joined.contributions[member] = std::move(own);
  ++joined.joined;
  begin_all_reduces(group);
}

Simulation::World::GroupOfKind& Simulation::World::group_of(const WorldNode& node, const AllReduceKind& kind) {
  const Members members = members_of(node.id(), kind.group, workers());
  const auto found = std::find_if(groups_.begin(), groups_.end(), [&](const GroupOfKind& group) {
    return group.kind == kind && group.members.first == members.first;
  });
  return found != groups_.end() ? *found : groups_.emplace_back(GroupOfKind{kind, members, {}});
}

/// Whether an all-reduce waits for a member: it may still join, as far as is detected.
bool Simulation::World::is_awaited(const AllReduceOfGroup& all_reduce, NodeId first, std::size_t member) {
  const WorldNode& node = this->node(first + static_cast<NodeId>(member));
  return !node.done && all_reduce.tickets[member] < 0 && !is_detected(node);
}

/// Begins all-reduces of every group: nodes have gone.
void Simulation::World::begin_all_reduces() {
  for (GroupOfKind& group : groups_) begin_all_reduces(group);
  begin_stalled_all_reduces();
}

/// Begins the all-reduces of a group for which no node is awaited any more.
void Simulation::World::begin_all_reduces(GroupOfKind& group) {
  while (!group.gathering.empty()) {
    const AllReduceOfGroup& next = group.gathering.front();
    const NodeId gone = down_ + setup_.mixing.size() - unfinished_;  // at most so many members do not join
    if (next.joined == 0 || next.joined + gone < group.members.count) return;
    for (std::size_t member = 0; member < next.tickets.size(); ++member)
      if (is_awaited(next, group.members.first, member)) return;
    begin_next(group);
  }
}

/// Begins the next all-reduce of a group. Its cost is that among the nodes that have joined, which all have the mean when
/// it ends.
void Simulation::World::begin_next(GroupOfKind& group) {
  AllReduceOfGroup& next = group.gathering.front();
  const NodeId first = group.members.first;
  const Network::Collective cost = cost_of(group.kind, next.joined);
  collective_transfer_.begin(now_, cost.duration, cost.in_flight);
  Traffic traffic;
  NodeId place = 0;
  for (std::size_t member = 0; member < next.tickets.size(); ++member) {
    if (next.tickets[member] < 0) continue;
    WorldNode& node = this->node(first + static_cast<NodeId>(member));
    traffic = traffic_of(group.kind, cost.method, place++, next.joined);
    charge(node, traffic);
    schedule(now_ + cost.duration, Kind::all_reduced, node.id(), next_all_reduce_);
  }
  if (setup_.timeline) setup_.timeline->all_reduce_began(now_, next.joined, size_of_one(traffic));
  next.mean = result_of(group.kind, cost.method.algorithm, first, next);
  next.left = next.joined;
  next.contributions = {};
  begun_[next_all_reduce_++] = {first, std::move(next)};
  group.gathering.pop_front();
}

/// A node that comes back may join an all-reduce that the others have had without it, while they wait for it at another
/// one. Of all-reduces that wait for each other, the one that most nodes have joined begins without the others.
void Simulation::World::begin_stalled_all_reduces() {
  while (GroupOfKind* const group = stalled_group()) begin_next(*group);
}

/// The group whose next all-reduce most nodes have joined, among those that wait only for nodes that wait for others of
/// them; null if there is none.
Simulation::World::GroupOfKind* Simulation::World::stalled_group() {
  struct Waiting {
    GroupOfKind* group;
    bool stalled = true;
  };
  std::vector<Waiting> all;
  for (GroupOfKind& group : groups_)
    if (!group.gathering.empty() && group.gathering.front().joined > 0) all.push_back({&group});
  if (all.size() < 2) return nullptr;
  std::vector<Waiting*> waits_at(nodes_.size());  // by node, the group for whose all-reduce it waits
  for (Waiting& one : all)
    for (const AllReduceOfGroup& gathering : one.group->gathering)
      for (std::size_t member = 0; member < gathering.tickets.size(); ++member) {
        const WorldNode& node = this->node(one.group->members.first + static_cast<NodeId>(member));
        const NodeId ticket = gathering.tickets[member];
        if (ticket >= 0 && node.waiting == Wait::all_reduce && node.waiting_for == ticket)
          waits_at[index(node.id())] = &one;
      }
  const auto will_be_joined = [&](const Waiting& one) {
    const AllReduceOfGroup& next = one.group->gathering.front();
    const NodeId first = one.group->members.first;
    for (std::size_t member = 0; member < next.tickets.size(); ++member) {
      const Waiting* const at = waits_at[index(first + static_cast<NodeId>(member))];
      if (is_awaited(next, first, member) && (!at || !at->stalled)) return true;
    }
    return false;
  };
  for (bool changed = true; changed;) {
    changed = false;
    for (Waiting& one : all) {
      if (!one.stalled || !will_be_joined(one)) continue;
      one.stalled = false;
      changed = true;
    }
  }
  GroupOfKind* most = nullptr;
  for (const Waiting& one : all)
    if (one.stalled && (!most || one.group->gathering.front().joined > most->gathering.front().joined))
      most = one.group;
  return most;
}

/// An all-gather goes around a ring, so that a message of every node is in flight all the time.
Network::Collective Simulation::World::cost_of(const AllReduceKind& kind, NodeId nodes) const {
  const Bytes size = bytes_of(kind, setup_.payload, nodes);
  if (!kind.gathers) return setup_.network.all_reduce(nodes, size);
  const Seconds duration = setup_.network.duration(ring_all_gather(), {.nodes = nodes}, size);
  return {.duration = duration, .in_flight = nodes * duration, .method = {}};
}

/// The traffic of the node at that place among the nodes that have joined.
Traffic Simulation::World::traffic_of(const AllReduceKind& kind, const AllReduceMethod& method, NodeId place,
                                      NodeId nodes) const {
  const Bytes size = bytes_of(kind, setup_.payload, nodes);
  if (!kind.gathers) return all_reduce_traffic(method, place, nodes, size);
  return ring_all_gather().schedule(place, {.nodes = nodes}).traffic(place, size);
}

/// Hands out the mean. A node that is down gets it when it comes back; a lost program does not get it.
void Simulation::World::end_all_reduce(WorldNode& node, std::uint32_t number) {
  if (setup_.timeline) setup_.timeline->all_reduce_ended(now_, node.id());
  const auto found = begun_.find(number);
  auto& [first, all_reduce] = found->second;
  const NodeId ticket = all_reduce.tickets[static_cast<std::size_t>(node.id() - first)];
  const bool is_last = --all_reduce.left == 0;
  AllReduced mean = is_last ? std::move(all_reduce.mean) : all_reduce.mean;
  if (is_last) begun_.erase(found);
  deliver_mean(node, ticket, std::move(mean));
}

// ---------------------------------------------------------------------------------------------------------------------
// Played message by message. Only the clock needs the messages: the mean is recorded as one operation.

PlayedAllReduces& Simulation::World::played() {
  if (played_) return *played_;
  return played_.emplace(PlayedAllReduces::Setup{.workers = workers(),
                                                 .payload = setup_.payload,
                                                 .header_bytes = 0,
                                                 .method =
                                                     [this](NodeId nodes, Bytes payload) {
                                                       return fastest_all_reduce(setup_.network, setup_.collectives,
                                                                                 nodes, payload);
                                                     },
                                                 .plane = [](const AllReduceKind&) -> DataPlane* { return nullptr; }},
                         *this);
}

void Simulation::World::play_all_reduce(WorldNode& node, const AllReduceKind& kind, NodeId ticket, AllReduced own) {
  const PlayedAllReduces::Play play = played().next(node.id(), kind);
  AllReduceOfGroup& all = played_means_[{play.group, play.turn}];
  const auto count = static_cast<std::size_t>(played_->nodes(play.group));
  const auto member = static_cast<std::size_t>(node.id() - played_->first(play.group));
  all.contributions.resize(count);
  all.contributions[member] = std::move(own);
  all.tickets.resize(count, -1);
  all.tickets[member] = ticket;
  if (all.left == 0) all.left = static_cast<NodeId>(count);
  if (const auto over = played_->join(node.id(), play, ticket, {})) end_played(node, play, over->ticket);
}

void Simulation::World::carry_part(Message part, Packet) {
  count_sent(node(part.from), 1, part.size);
  depart(messages_.add(std::move(part)));
}

void Simulation::World::receive_part(MessageId id) {
  const Message part = messages_.take(id);
  const auto over = played_->take(part, {});
  if (over) end_played(node(part.to), PlayedAllReduces::play_of(part), over->ticket);
}

/// A node has the mean only when all have contributed. The state of the all-reduce is cleared with the last node.
void Simulation::World::end_played(WorldNode& node, PlayedAllReduces::Play play, NodeId ticket) {
  const auto found = played_means_.find({play.group, play.turn});
  AllReduceOfGroup& all = found->second;
  if (!all.contributions.empty()) {
    all.mean =
        result_of(played_->kind(play.group), played_->method(play.group).algorithm, played_->first(play.group), all);
    all.contributions.clear();
  }
  const bool is_last = --all.left == 0;
  AllReduced mean = is_last ? std::move(all.mean) : all.mean;
  if (is_last) played_means_.erase(found);
  deliver_mean(node, ticket, std::move(mean));
}

}  // namespace gossamer
