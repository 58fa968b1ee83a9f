#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "sim/node.hpp"

namespace gossamer {

class SecondMoment;

/// Adam and AdamW of one node. Its step number t is 1:
///
///     g ← g + λ x                                         (Adam: weight decay in the gradient)
///     u ← β₁ u + (1 − β₁) g;   v ← β₂ v + (1 − β₂) g²     (u = v = 0 at first)
///     x ← (1 − η λ) x − η (u/(1 − β₁ᵗ)) / (√(v/(1 − β₂ᵗ)) + ε)          (AdamW; λ = 0 here for Adam)
///
/// Without bias correction u and v are not divided. Kingma, Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015,
/// arXiv:1412.6980; Loshchilov, Hutter, "Decoupled Weight Decay Regularization", ICLR 2019, arXiv:1711.05101.
class Adam {
 public:
  struct Settings {
    double first_decay = 0.9;     ///< β₁ in [0, 1)
    double second_decay = 0.999;  ///< β₂ in [0, 1)
    double epsilon = 1e-8;        ///< ε > 0
    double weight_decay = 0;      ///< λ ≥ 0
    bool decoupled = true;        ///< AdamW: weight decay beside the gradient; false: within it
    bool bias_correction = true;  ///< whether u and v are divided by 1 − βᵗ
  };
  Adam(Node& node, Settings settings);

  /// Updates u and v with g, and returns the next x.
  Params step(const Params& x, double step_size, const Params& g);

  /// The vectors that it keeps, for methods that average them: u and v; empty before the first step.
  std::span<Params> states() { return states_; }
  /// Starts the mean of u (k = 0) or v (k = 1) over all nodes, in streams 1 and 2.
  Pending mean(std::size_t k) { return node_.all_reduce_mean(states_[k], 0, static_cast<std::uint16_t>(k + 1)); }
  /// Forgets all steps: u = v = 0 and t = 0.
  void reset();

 private:
  Node& node_;
  Settings settings_;
  std::shared_ptr<const SecondMoment> second_moment_;
  std::array<Params, 2> states_;  ///< u and v; empty if zero
  std::uint64_t steps_ = 0;       ///< t
};

}  // namespace gossamer
