#pragma once
#include <cstdint>
#include <optional>

#include "algorithms/averaging.hpp"

namespace gossamer {

/// Copies x̂ of all models, which everybody knows because all hear the same compressed differences:
///
///     q_i = Q(x_i − x̂_i);   x̂_i ← x̂_i + ζ q_i;   s_i ← s_i + ζ Σ_j w_ij q_j,   so that s_i = Σ_j w_ij x̂_j
///
/// A node keeps its own copy and the sum s_i, not its neighbors' copies; therefore W must be the same in all rounds.
/// x̂ = 0 at first.
///
/// A difference q_j that is lost on its way to i is missing from s_i, and from it alone: q_j was sent once, j's own
/// copy and those of the other neighbors have moved by it, and no later message brings it back. From then on s_i is
/// short of ζ w_ij q_j, and s_i ≠ Σ_j w_ij x̂_j.
class PublicCopies {
 public:
  /// `like` says the shape of a model. ζ ∈ (0, 1] is the share of a difference that is believed.
  PublicCopies(Node& node, const Codec* codec, const Params& like, double believed = 1)
      : node_{node}, codec_{codec}, believed_{believed}, own_{0.0 * like}, mixed_{own_} {}

  /// Sends what brings this node's copy closer to x.
  void publish(std::uint64_t k, const Params& x);
  /// Takes in the differences of the neighbors, and yields s_i.
  Part<Params> hear();

  const Params& own() const { return own_; }      ///< x̂_i
  const Params& mixed() const { return mixed_; }  ///< s_i

 private:
  Node& node_;
  const Codec* codec_;
  double believed_;
  Params own_;
  Params mixed_;
  std::optional<Averaging> averaging_;
};

}  // namespace gossamer
