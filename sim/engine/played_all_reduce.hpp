#pragma once
#include <vector>

#include "sim/network/network.hpp"
#include "sim/numerics/data_plane.hpp"
#include "sim/world/collective_play.hpp"

namespace gossamer {

/// One all-reduce that all nodes of a virtual cluster play message by message. Only the clock needs the messages: the
/// mean is recorded as one operation, in the order in which the algorithm adds.
class PlayedAllReduce {
 public:
  /// Before the first node joins.
  void begin(const AllReduceMethod& method, NodeId nodes, Bytes payload);
  bool begun() const { return !plays_.empty(); }

  /// The node contributes `x`, or takes a part of another node. Parts that it sends go to the sender.
  void join(NodeId node, const Params& x, CollectivePlay::Sender& sender);
  void take(NodeId node, NodeId from, std::int32_t step, CollectivePlay::Sender& sender) {
    play(node).take({.from = from, .step = step}, sender);
  }

  /// Whether the node has the mean.
  bool over(NodeId node) const { return plays_[static_cast<std::size_t>(node)].over(); }

  /// The mean, for a node that has it. The state is cleared after the last node's call.
  Params hand_out(DataPlane* plane);

 private:
  CollectivePlay& play(NodeId node) { return plays_[static_cast<std::size_t>(node)]; }

  AllReduceMethod method_;
  std::vector<CollectivePlay> plays_;  ///< by node
  std::vector<Params> contributions_;
  Params mean_;
  std::size_t handed_out_ = 0;
};

}  // namespace gossamer
