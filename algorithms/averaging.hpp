#pragma once
#include <cstdint>

#include "sim/node.hpp"

namespace gossamer {

/// A node's part in one round of averaging, X ← W(k) X: what it has sent, and what is still to come.
///
///     Averaging averaging{node, k, x};             // x leaves for all who weigh it
///     const Params g = co_await node.gradient(x);  // payloads fly meanwhile
///     x = co_await averaging.sum() - eta * g;      // Σ_j w_ij(k) x_j, from whoever this node weighs
///
/// Where there is a codec, Q(x_j) takes the place of x_j, the node's own included.
///
/// Models are summed in the order of their nodes, the own one first. The weight of a neighbor from whom nothing comes
/// goes to the node's own model, so that rows still sum to one; the mean is then that of those who got through.
/// A difference that does not come is missing from the sum: nothing else is what a neighbor's copy lacks.
class Averaging {
 public:
  /// The content of messages: whole models, or differences, which receivers add to their copies of the models.
  enum class Of { models, differences };

  /// Round k, with what this node contributes to it.
  Averaging(Node& node, std::uint64_t k, const Params& x, const Codec* codec = nullptr, Of of = Of::models);

  /// What this node's contribution says to all who get it: Q(x), x itself without a codec.
  const Params& own() const { return own_; }

  /// What has come together. To be awaited once.
  Part<Combination> sum();

 private:
  Params heard(const Encoded& message) const;

  Node& node_;
  Neighborhood around_;
  const Codec* codec_;
  Of of_;
  Params own_;
};

}  // namespace gossamer
