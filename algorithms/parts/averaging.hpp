#pragma once
#include <cstdint>

#include "sim/node.hpp"

namespace gossamer {

/// A node's part in one round of averaging, X ← W(k) X: the messages that it has sent, and those that it will receive.
///
///     Averaging averaging{node, k, x};             // sends x to all nodes that weigh it
///     const Params g = co_await node.gradient(x);  // payloads are in flight meanwhile
///     x = co_await averaging.sum() - eta * g;      // Σ_j w_ij(k) x_j, from all nodes that this node weighs
///
/// With a codec, Q(x_j) replaces x_j, also for the node's own model.
///
/// Models are summed in the order of their nodes, the own one first. If no message comes from a neighbor, its weight
/// goes to the node's own model, so that rows still sum to one; the sum is then a mean of the models that arrived.
/// A difference that does not arrive is missing from the sum, exactly as it is missing from the neighbor's copy.
class Averaging {
 public:
  /// The content of messages: models, or differences, which receivers add to their copies of the models. `first_models`
  /// are sent in full by a protocol whose later messages are encoded; it decodes the messages of neighbors that are
  /// further on, as after a restart.
  enum class Of { models, differences, first_models };

  /// Starts round k; this node contributes x.
  Averaging(Node& node, std::uint64_t k, const Params& x, const Codec* codec = nullptr, Of of = Of::models);

  /// This node's contribution as its receivers see it: Q(x), or x itself without a codec.
  const Params& own() const { return own_; }

  /// The weighted sum. Await it once.
  Part<Combination> sum();

 private:
  Params decoded(const Encoded& message) const;

  Node& node_;
  Neighborhood neighborhood_;
  const Codec* codec_;
  Of of_;
  Params own_;
};

}  // namespace gossamer
