#include "sim/engine/played_all_reduce.hpp"

#include <cassert>
#include <utility>

#include "sim/engine/all_reduce_mean.hpp"
#include "sim/network/collectives/collectives.hpp"

namespace gossamer {

void PlayedAllReduce::begin(const AllReduceMethod& method, NodeId nodes, Bytes payload) {
  assert(!begun() && "an all-reduce begins when the one before the last is over");
  method_ = method;
  const Group group{.nodes = nodes, .shards = method.shards};
  plays_.reserve(static_cast<std::size_t>(nodes));
  for (NodeId i = 0; i < nodes; ++i)
    plays_.emplace_back(algorithm_of(method.algorithm).schedule(i, group),
                        CollectivePlay::Setup{.node = i, .nodes = nodes, .payload = payload, .plane = nullptr});
  contributions_.resize(plays_.size());
}

void PlayedAllReduce::join(NodeId node, const Params& x, CollectivePlay::Sender& sender) {
  contributions_[static_cast<std::size_t>(node)] = x;
  play(node).join({}, sender);
}

/// A node has the mean only when all have contributed.
Params PlayedAllReduce::hand_out(DataPlane* plane) {
  if (plane && !mean_) mean_ = all_reduce_mean(*plane, method_.algorithm, std::exchange(contributions_, {}));
  Params mean = mean_;
  if (++handed_out_ == plays_.size()) *this = {};
  return mean;
}

}  // namespace gossamer
