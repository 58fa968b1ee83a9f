#include "sim/network/collectives/schedules.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <vector>

namespace gossamer {

NodeId Group::core() const { return static_cast<NodeId>(std::bit_floor(static_cast<unsigned>(nodes))); }

int Group::doublings() const { return static_cast<int>(std::bit_width(static_cast<unsigned>(nodes))) - 1; }

int Group::tree_depth() const { return doublings() + (power_of_two() ? 0 : 1); }

}  // namespace gossamer

namespace gossamer::schedules {
namespace {

using Kind = Action::Kind;

/// The schedule of a single node: its own vector is the mean.
CollectiveSchedule alone() {
  CollectiveSchedule schedule{1};
  schedule.add({.kind = Kind::scale, .first = 0, .last = 1});
  return schedule;
}

// ---------------------------------------------------------------------------------------------------------------------
// Rings.

/// The actions of one node, which receives from the node before and sends to the next.
class Ring {
 public:
  Ring(NodeId node, NodeId nodes, CollectiveSchedule& schedule) : node_{node}, nodes_{nodes}, schedule_{schedule} {}

  void begin(std::int32_t step, NodeId piece) { add(Kind::send, node_ + 1, step, piece); }

  /// Receives the piece and sends it on in the next step; then the piece before, …
  void pass_on(Kind kind, std::int32_t step, NodeId piece, std::int32_t times) {
    add(kind, node_ - 1, step, piece);
    add(Kind::send, node_ + 1, step + 1, piece);
    schedule_.repeat(2, times);
  }
  void end(Kind kind, std::int32_t step, NodeId piece) { add(kind, node_ - 1, step, piece); }

  void scale(NodeId piece) { add(Kind::scale, 0, 0, piece); }

 private:
  void add(Kind kind, NodeId peer, std::int32_t step, NodeId piece) {
    const NodeId k = modulo(piece);
    schedule_.add({.kind = kind, .peer = modulo(peer), .step = step, .first = k, .last = k + 1});
  }
  NodeId modulo(NodeId k) const { return (k % nodes_ + nodes_) % nodes_; }

  NodeId node_, nodes_;
  CollectiveSchedule& schedule_;
};

/// Pieces travel once around the ring, each from the node that has it.
void gather_around(NodeId node, NodeId nodes, std::int32_t first_step, CollectiveSchedule& schedule) {
  Ring ring{node, nodes, schedule};
  ring.begin(first_step, node);
  ring.pass_on(Kind::copy, first_step, node - 1, nodes - 2);
  ring.end(Kind::copy, first_step + nodes - 2, node + 1);
}

// ---------------------------------------------------------------------------------------------------------------------
// Hypercubes.

/// Pieces [first, last).
struct Pieces {
  NodeId first = 0;
  NodeId last = 0;
};

void add(CollectiveSchedule& schedule, Kind kind, NodeId peer, std::int32_t step, Pieces pieces) {
  schedule.add({.kind = kind, .peer = peer, .step = step, .first = pieces.first, .last = pieces.last});
}

/// One level of halving: the node keeps one half of its pieces, and gives the other half to the peer.
struct Level {
  NodeId peer = 0;
  Pieces kept;
  Pieces given;
};

enum class Nearest { first, last };

/// The levels for as many pieces as nodes, a power of two. The node with the higher number keeps the upper half.
std::vector<Level> halving(NodeId node, NodeId nodes, Nearest nearest) {
  std::vector<Level> levels;
  Pieces pieces{0, nodes};
  for (NodeId k = 1; k < nodes; k *= 2) {
    const NodeId distance = nearest == Nearest::first ? k : nodes / (2 * k);
    const NodeId middle = (pieces.first + pieces.last) / 2;
    const Pieces lower{pieces.first, middle}, upper{middle, pieces.last};
    const bool high = (node & distance) != 0;
    pieces = high ? upper : lower;
    levels.push_back({node ^ distance, pieces, high ? lower : upper});
  }
  return levels;
}

/// A hypercube of p places for n nodes, with p the largest power of two up to n. Each surplus node is the guest of the
/// node before it and shares its place, so that near pieces stay together. Place k holds nodes 2k and 2k + 1 for each
/// surplus node; the later places hold one node each.
class SharedPlaces {
 public:
  SharedPlaces(NodeId node, const Group& group)
      : node_{node}, core_{group.core()}, surplus_{group.nodes - core_}, all_{0, group.nodes} {}

  bool is_guest() const { return is_shared() && node_ % 2 == 1; }
  bool has_guest() const { return is_shared() && node_ % 2 == 0; }

  /// The levels in numbers of nodes and their pieces, for a node that is no guest.
  std::vector<Level> halving() const {
    const NodeId place = is_shared() ? node_ / 2 : node_ - surplus_;
    std::vector<Level> levels = gossamer::schedules::halving(place, core_, Nearest::last);
    for (Level& level : levels) level = {first_at(level.peer), pieces_of(level.kept), pieces_of(level.given)};
    return levels;
  }
  Pieces own() const { return {node_, node_ + 1}; }
  Pieces guests() const { return {node_ + 1, node_ + 2}; }
  Pieces all() const { return all_; }

 private:
  bool is_shared() const { return node_ < 2 * surplus_; }
  NodeId first_at(NodeId place) const { return place + std::min(place, surplus_); }
  Pieces pieces_of(Pieces places) const { return {first_at(places.first), first_at(places.last)}; }

  NodeId node_, core_, surplus_;
  Pieces all_;
};

/// Steps 1, 2, … of the levels, in which the nodes of the core exchange halves. Step 0 belongs to surplus nodes.
void reduce_and_scatter(CollectiveSchedule& schedule, const std::vector<Level>& levels) {
  std::int32_t step = 1;
  for (const Level& level : levels) {
    add(schedule, Kind::send, level.peer, step, level.given);
    add(schedule, Kind::add, level.peer, step++, level.kept);
  }
}

void gather_all(CollectiveSchedule& schedule, const std::vector<Level>& levels, std::int32_t step) {
  for (auto level = levels.rbegin(); level != levels.rend(); ++level) {
    add(schedule, Kind::send, level->peer, step, level->kept);
    add(schedule, Kind::copy, level->peer, step++, level->given);
  }
}

/// Every node begins with its piece.
void gather_by_doubling(CollectiveSchedule& schedule, NodeId node, const Group& group, std::int32_t first_step) {
  const SharedPlaces places{node, group};
  const std::int32_t last = first_step + group.doublings() + 1;
  if (places.is_guest()) {
    add(schedule, Kind::send, node - 1, first_step, places.own());
    add(schedule, Kind::copy, node - 1, last, places.all());
    return;
  }
  if (places.has_guest()) add(schedule, Kind::copy, node + 1, first_step, places.guests());
  gather_all(schedule, places.halving(), first_step + 1);
  if (places.has_guest()) add(schedule, Kind::send, node + 1, last, places.all());
}

/// Node 0 receives all pieces: of two nodes that have exchanged halves, the one with the higher number sends its pieces
/// and is done.
void gather_at_first(CollectiveSchedule& schedule, NodeId node, const std::vector<Level>& levels, std::int32_t step) {
  for (auto level = levels.rbegin(); level != levels.rend(); ++level, ++step) {
    if (level->peer < node) return add(schedule, Kind::send, level->peer, step, level->kept);
    add(schedule, Kind::copy, level->peer, step, level->given);
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// Binomial trees. Their edges connect i and i + 2^k, where 2^k is below all bits of i.

void reduce_in_tree(CollectiveSchedule& schedule, NodeId node, const Group& group) {
  std::int32_t step = 0;
  for (NodeId distance = 1; distance < group.nodes; distance *= 2, ++step) {
    if (node & distance) return add(schedule, Kind::send, node - distance, step, {0, 1});
    if (node + distance < group.nodes) add(schedule, Kind::add, node + distance, step, {0, 1});
  }
}

/// Sends down the tree from node 0; the first step covers the longest distance, below 2^depth. Node i receives
/// `pieces_of(i, distance)`, where the distance is that to the node before it.
template <class PiecesOf>
void send_down_tree(CollectiveSchedule& schedule, NodeId node, const Group& group, std::int32_t first_step,
                    PiecesOf pieces_of) {
  const int depth = group.tree_depth();
  const int level = node == 0 ? depth : std::countr_zero(static_cast<unsigned>(node));
  const auto step_of = [&](int k) { return first_step + depth - 1 - k; };
  if (node != 0) {
    const NodeId distance = NodeId{1} << level;
    add(schedule, Kind::copy, node - distance, step_of(level), pieces_of(node, distance));
  }
  for (int k = level - 1; k >= 0; --k) {
    const NodeId distance = NodeId{1} << k, to = node + distance;
    if (to < group.nodes) add(schedule, Kind::send, to, step_of(k), pieces_of(to, distance));
  }
}

Pieces everything(NodeId, NodeId) { return {0, 1}; }

/// Scatters as many pieces as nodes: a node receives its own piece, and those of the nodes below it on the way.
void scatter_down_tree(CollectiveSchedule& schedule, NodeId node, const Group& group) {
  send_down_tree(schedule, node, group, 0, [n = group.nodes](NodeId to, NodeId distance) {
    return Pieces{to, std::min(to + distance, n)};
  });
}

}  // namespace

CollectiveSchedule ring_all_reduce(NodeId node, const Group& group) {
  const NodeId n = group.nodes;
  if (n == 1) return alone();
  CollectiveSchedule schedule{n};
  Ring ring{node, n, schedule};
  ring.scale(node - 1);
  ring.begin(0, node - 1);
  ring.pass_on(Kind::add_own_share, 0, node - 2, n - 1);
  ring.pass_on(Kind::copy, n - 1, node - 1, n - 2);
  ring.end(Kind::copy, 2 * n - 3, node + 1);
  return schedule;
}

CollectiveSchedule ring_reduce_scatter(NodeId node, const Group& group) {
  const NodeId n = group.nodes;
  if (n == 1) return alone();
  CollectiveSchedule schedule{n};
  Ring ring{node, n, schedule};
  ring.scale(node - 1);
  ring.begin(0, node - 1);
  ring.pass_on(Kind::add_own_share, 0, node - 2, n - 2);
  ring.end(Kind::add_own_share, n - 2, node);
  return schedule;
}

CollectiveSchedule ring_all_gather(NodeId node, const Group& group) {
  CollectiveSchedule schedule{group.nodes};
  if (group.nodes > 1) gather_around(node, group.nodes, 0, schedule);
  return schedule;
}

CollectiveSchedule recursive_doubling(NodeId node, const Group& group) {
  const NodeId core = group.core(), surplus = group.nodes - core;
  const std::int32_t last = group.doublings() + 1;
  constexpr Pieces all{0, 1};
  CollectiveSchedule schedule = alone();
  if (node >= core) {
    add(schedule, Kind::send, node - core, 0, all);
    add(schedule, Kind::copy, node - core, last, all);
    return schedule;
  }
  if (node < surplus) add(schedule, Kind::add, node + core, 0, all);
  for (std::int32_t step = 1; step < last; ++step) {
    const NodeId peer = node ^ (1 << (step - 1));
    add(schedule, Kind::send, peer, step, all);
    add(schedule, Kind::add, peer, step, all);
  }
  if (node < surplus) add(schedule, Kind::send, node + core, last, all);
  return schedule;
}

CollectiveSchedule rabenseifner(NodeId node, const Group& group) {
  const NodeId core = group.core(), surplus = group.nodes - core;
  const Pieces all{0, core};
  const std::int32_t gathering = group.doublings() + 1, last = 2 * group.doublings() + 1;
  CollectiveSchedule schedule{core};
  add(schedule, Kind::scale, 0, 0, all);
  if (node >= core) {
    add(schedule, Kind::send, node - core, 0, all);
    add(schedule, Kind::copy, node - core, last, all);
    return schedule;
  }
  const auto levels = halving(node, core, Nearest::first);
  if (node < surplus) add(schedule, Kind::add, node + core, 0, all);
  reduce_and_scatter(schedule, levels);
  gather_all(schedule, levels, gathering);
  if (node < surplus) add(schedule, Kind::send, node + core, last, all);
  return schedule;
}

CollectiveSchedule halving_reduce_scatter(NodeId node, const Group& group) {
  const SharedPlaces places{node, group};
  const std::int32_t last = group.doublings() + 1;
  CollectiveSchedule schedule{group.nodes};
  add(schedule, Kind::scale, 0, 0, places.all());
  if (places.is_guest()) {
    add(schedule, Kind::send, node - 1, 0, places.all());
    add(schedule, Kind::copy, node - 1, last, places.own());
    return schedule;
  }
  if (places.has_guest()) add(schedule, Kind::add, node + 1, 0, places.all());
  reduce_and_scatter(schedule, places.halving());
  if (places.has_guest()) add(schedule, Kind::send, node + 1, last, places.guests());
  return schedule;
}

CollectiveSchedule doubling_all_gather(NodeId node, const Group& group) {
  CollectiveSchedule schedule{group.nodes};
  gather_by_doubling(schedule, node, group, 0);
  return schedule;
}

CollectiveSchedule reduce_scatter_gather(NodeId node, const Group& group) {
  const NodeId core = group.core();
  const Pieces all{0, core};
  CollectiveSchedule schedule{core};
  add(schedule, Kind::scale, 0, 0, all);
  if (node >= core) {
    add(schedule, Kind::send, node - core, 0, all);
    return schedule;
  }
  const auto levels = halving(node, core, Nearest::first);
  if (node + core < group.nodes) add(schedule, Kind::add, node + core, 0, all);
  reduce_and_scatter(schedule, levels);
  gather_at_first(schedule, node, levels, group.doublings() + 1);
  return schedule;
}

CollectiveSchedule binomial_reduce(NodeId node, const Group& group) {
  CollectiveSchedule schedule = alone();
  reduce_in_tree(schedule, node, group);
  return schedule;
}

CollectiveSchedule binomial_broadcast(NodeId node, const Group& group) {
  CollectiveSchedule schedule{1};
  send_down_tree(schedule, node, group, 0, everything);
  return schedule;
}

CollectiveSchedule binomial_all_reduce(NodeId node, const Group& group) {
  CollectiveSchedule schedule = binomial_reduce(node, group);
  send_down_tree(schedule, node, group, group.tree_depth(), everything);
  return schedule;
}

CollectiveSchedule scatter_all_gather(NodeId node, const Group& group) {
  CollectiveSchedule schedule{group.nodes};
  if (group.nodes == 1) return schedule;
  scatter_down_tree(schedule, node, group);
  gather_around(node, group.nodes, group.tree_depth(), schedule);
  return schedule;
}

CollectiveSchedule scatter_doubling(NodeId node, const Group& group) {
  CollectiveSchedule schedule{group.nodes};
  scatter_down_tree(schedule, node, group);
  gather_by_doubling(schedule, node, group, group.tree_depth());
  return schedule;
}

CollectiveSchedule parameter_server(NodeId node, const Group& group) {
  constexpr std::int32_t push = 0, pull = 1;
  const NodeId n = group.nodes, shards = group.shards;
  assert(1 <= shards && shards <= n && "every shard has a node of its own");
  const auto shard = [](NodeId s) { return Pieces{s, s + 1}; };
  CollectiveSchedule schedule{shards};
  for (NodeId k = 1; k <= shards; ++k) {
    const NodeId server = (node + k) % shards;
    add(schedule, Kind::send, server, push, shard(server));
  }
  if (node < shards) {
    for (NodeId i = 0; i < n; ++i) add(schedule, i == 0 ? Kind::share : Kind::add_share, i, push, shard(node));
    for (NodeId k = 1; k < n; ++k) add(schedule, Kind::send, (node + k) % n, pull, shard(node));
  }
  for (NodeId server = 0; server < shards; ++server)
    if (server != node) add(schedule, Kind::copy, server, pull, shard(server));
  return schedule;
}

}  // namespace gossamer::schedules
