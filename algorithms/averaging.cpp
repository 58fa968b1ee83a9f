#include "algorithms/averaging.hpp"

namespace gossamer {

Averaging::Averaging(Node& node, std::uint64_t k, const Params& x, const Codec* codec, Of of)
    : node_{node}, around_{node.neighborhood(k)}, codec_{codec}, of_{of} {
  const Encoded message = codec ? node.encode(*codec, x) : Encoded{x, node.payload()};
  for (const NodeId j : around_.out()) node.send(j, message);
  own_ = codec ? node.decode(*codec, message) : x;
}

Part<Combination> Averaging::sum() {
  Combination sum = around_.weight(node_.id()) * own_;
  for (const NodeId j : around_.in()) {
    const Encoded message = co_await node_.receive_encoded(j);
    const Params theirs = codec_ ? node_.decode(*codec_, message) : message.vector;
    if (theirs)
      sum += around_.weight(j) * theirs;
    else if (of_ == Of::models)
      sum += around_.weight(j) * own_;
  }
  co_return sum;
}

}  // namespace gossamer
