#pragma once
#include <array>
#include <memory>
#include <optional>
#include <span>

#include "algorithms/parts/outer_rule.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// Outer steps with step sizes that adapt to each coordinate, without bias correction:
///
///     u ← β₁ u + (1 − β₁) D;   Adagrad  v ← v + D²
///                              Adam     v ← β₂ v + (1 − β₂) D²
///                              Yogi     v ← v − (1 − β₂) D² sign(v − D²)
///     x ← x − η u / (√v + τ)                                                  u = 0, v = v₋₁ at first
///
/// Reddi, Charles, Zaheer, Garrett, Rush, Konečný, Kumar, McMahan, "Adaptive Federated Optimization", ICLR 2021,
/// arXiv:2003.00295, Algorithm 2, where v₋₁ ≥ τ². Published code (Flower) starts from v₋₁ = 0.
class AdaptiveStep final : public OuterOptimizer {
 public:
  enum class Rule { adagrad, adam, yogi };
  struct Settings {
    Rule rule = Rule::adam;
    double step_size = 0.1;                   ///< η > 0
    double first_decay = 0.9;                 ///< β₁ in [0, 1)
    double second_decay = 0.99;               ///< β₂ in [0, 1), of Adam and Yogi
    double adaptivity = 1e-3;                 ///< τ > 0
    std::optional<double> second_start = {};  ///< v₋₁ ≥ 0; not given: τ²
  };
  AdaptiveStep(Node& node, Settings settings);

  Params step(const Params& x, const Params& pseudo_gradient) override;
  std::span<Params> states() override { return states_; }

 private:
  Node& node_;
  Settings settings_;
  std::shared_ptr<const VectorFunction> second_moment_, step_;
  std::array<Params, 2> states_;  ///< u, empty if zero, and v
};

}  // namespace gossamer
