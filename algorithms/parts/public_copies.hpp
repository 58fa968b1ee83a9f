#pragma once
#include <cstdint>
#include <optional>

#include "algorithms/parts/averaging.hpp"

namespace gossamer {

/// Public copies x̂ of all models. All neighbors compute the same copy, since they receive the same compressed
/// differences:
///
///     q_i = Q(x_i − x̂_i);   x̂_i ← x̂_i + ζ q_i;   s_i ← s_i + ζ Σ_j w_ij q_j,   so that s_i = Σ_j w_ij x̂_j
///
/// A node keeps its own copy and the sum s_i, not its neighbors' copies; therefore W must be the same in all rounds.
/// x̂ = 0 at first.
///
/// If a difference q_j is lost on its way to i, it is missing from s_i alone: j's own copy and the other neighbors'
/// sums have changed by it. q_j was sent once, and no later message contains it. From then on ζ w_ij q_j is missing
/// from s_i, and s_i ≠ Σ_j w_ij x̂_j.
class PublicCopies {
 public:
  /// `like` is a model, for its shape. ζ ∈ (0, 1] is the fraction of a difference that is applied.
  PublicCopies(Node& node, const Codec* codec, const Params& like, double applied_fraction = 1)
      : node_{node}, codec_{codec}, applied_fraction_{applied_fraction}, own_{0.0 * like}, mixed_{own_} {}

  /// Sends the compressed difference of x and this node's copy, and updates the copy.
  void publish(std::uint64_t k, const Params& x);
  /// Receives the differences of the neighbors, and returns s_i.
  Part<Params> receive();

  const Params& own() const { return own_; }      ///< x̂_i
  const Params& mixed() const { return mixed_; }  ///< s_i

 private:
  Node& node_;
  const Codec* codec_;
  double applied_fraction_;
  Params own_;
  Params mixed_;
  std::optional<Averaging> averaging_;
};

}  // namespace gossamer
