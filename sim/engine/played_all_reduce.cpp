#include "sim/engine/played_all_reduce.hpp"

#include <cassert>
#include <utility>

#include "sim/engine/all_reduce_mean.hpp"

namespace gossamer {

void PlayedAllReduce::begin(AllReduce algorithm, NodeId nodes, Bytes payload) {
  assert(!begun() && "an all-reduce begins when the one before the last is over");
  algorithm_ = algorithm;
  for (NodeId i = 0; i < nodes; ++i)
    plays_.push_back(make_play(algorithm, {.node = i, .nodes = nodes, .payload = payload, .plane = nullptr}));
  contributions_.resize(plays_.size());
}

void PlayedAllReduce::join(NodeId node, const Params& x, AllReducePlay::Sender& sender) {
  contributions_[static_cast<std::size_t>(node)] = x;
  play(node).join({}, sender);
}

/// A node has the mean only when all have contributed.
Params PlayedAllReduce::hand_out(DataPlane* plane) {
  if (plane && !mean_) mean_ = all_reduce_mean(*plane, algorithm_, std::exchange(contributions_, {}));
  Params mean = mean_;
  if (++handed_out_ == plays_.size()) *this = {};
  return mean;
}

}  // namespace gossamer
