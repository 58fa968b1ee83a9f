#pragma once
#include <cstdint>
#include <utility>

#include "sim/node.hpp"

namespace gossamer {

/// The two sums of push-sum on a node: a numerator x and a weight w. Their ratio x / w converges to the mean.
///
///     send (p_ji x_i, p_ji w_i) to every out-neighbor j, keep (p_ii x_i, p_ii w_i);  then add all received shares
///
/// P is column-stochastic: the shares that a node sends and keeps sum to one. So Σ_i x_i and Σ_i w_i = n, with shares
/// in flight included, never change. Kempe, Dobra, Gehrke, "Gossip-based computation of aggregate information", FOCS
/// 2003. A weight takes 8 bytes of its message.
class PushSum {
 public:
  PushSum(Node& node, Params numerator) : node_{node}, numerator_{std::move(numerator)} {}

  /// Sends the shares of round k, and keeps the node's own share.
  void push(std::uint64_t k);
  /// Adds the shares that the in-neighbors of round k sent in that round, and returns x / w. Lost shares stay lost.
  Part<Params> pull(std::uint64_t k);

  /// Starts anew from x, with weight 1.
  void restart(Params x) {
    numerator_ = std::move(x);
    weight_ = 1;
  }

  Params& numerator() { return numerator_; }
  /// x / w
  Params ratio() const { return (1 / weight_) * numerator_; }

 private:
  Node& node_;
  Params numerator_;
  double weight_ = 1;
};

}  // namespace gossamer
