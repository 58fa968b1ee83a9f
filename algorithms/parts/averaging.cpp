#include "algorithms/parts/averaging.hpp"

#include <optional>

namespace gossamer {

Averaging::Averaging(Node& node, std::uint64_t k, const Params& x, const Codec* codec, Of of)
    : node_{node}, neighborhood_{node.neighborhood(k)}, codec_{codec}, of_{of} {
  const bool encodes = codec && of != Of::first_models;
  const Encoded message = encodes ? node.encode(*codec, x) : Encoded{x, node.payload()};
  for (const NodeId j : neighborhood_.out()) node.send(j, message);
  own_ = encodes ? node.decode(*codec, message) : x;
}

Params Averaging::decoded(const Encoded& message) const {
  return codec_ ? node_.decode(*codec_, message) : message.vector;
}

Part<Combination> Averaging::sum() {
  Combination sum = neighborhood_.weight(node_.id()) * own_;
  for (const NodeId j : neighborhood_.in()) {
    const std::optional<Encoded> message = co_await node_.receive_encoded(j);
    if (message)
      sum += neighborhood_.weight(j) * decoded(*message);
    else if (of_ != Of::differences)
      sum += neighborhood_.weight(j) * own_;
  }
  co_return sum;
}

}  // namespace gossamer
