#pragma once
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "sim/ground/quantities.hpp"
#include "sim/ground/random.hpp"
#include "topologies/mixing.hpp"

namespace gossamer {

/// A neighbor of a node, uniformly at random. Throws std::logic_error if it has none; only a faulty algorithm causes
/// that.
NodeId random_neighbor(NodeId node, std::span<const NodeId> neighbors, Draws draws);

/// The sequence of pairs that all nodes share: interaction t has an initiator, uniform over all nodes, and a partner,
/// uniform over the initiator's neighbors; on a regular graph a uniformly random edge. Or a given sequence, which ends.
///
/// Each node sees the meetings that it takes part in, in the order of t. The sequence is made as far as the node that
/// is ahead needs it, and is a pure function of (seed, t); so each process can make it for nodes of its own.
class Meetings {
 public:
  /// The nodes from `first` until `end` have meetings here; nothing is kept for others.
  struct Range {
    NodeId first;
    NodeId end;
  };
  Meetings(const Mixing& mixing, std::uint64_t seed, std::vector<std::pair<NodeId, NodeId>> given, Range range);
  /// For all nodes.
  Meetings(const Mixing& mixing, std::uint64_t seed, std::vector<std::pair<NodeId, NodeId>> given)
      : Meetings{mixing, seed, std::move(given), {0, mixing.size()}} {}

  /// Whether this node has another meeting: always, if the sequence is random.
  bool any_left(NodeId node) const { return !given_ || !upcoming_[static_cast<std::size_t>(node)].empty(); }

  /// The partner in this node's next meeting. Needs `any_left`. Throws std::logic_error if the sequence is random and
  /// the node has no neighbor; only a faulty algorithm causes that.
  NodeId next(NodeId node);

  /// The partner of this node's next own initiative in a given sequence; empty if the sequence is random or over.
  std::optional<NodeId> next_initiated(NodeId node);

 private:
  void draw();
  void meet(NodeId node, NodeId partner);

  const Mixing& mixing_;
  std::uint64_t seed_;
  Range range_;
  std::uint64_t drawn_ = 0;  ///< interactions made so far
  bool given_;
  std::vector<std::deque<NodeId>> upcoming_;   ///< partners that each node has still to meet
  std::vector<std::deque<NodeId>> initiated_;  ///< in a given sequence, those that it meets on its own initiative
};

}  // namespace gossamer
