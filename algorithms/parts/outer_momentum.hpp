#pragma once
#include <span>

#include "algorithms/parts/heavy_ball.hpp"
#include "algorithms/parts/outer_rule.hpp"

namespace gossamer {

/// The settings of an outer step: a step size, and momentum that looks ahead or not.
struct OuterStep {
  double step_size = 1;   ///< > 0
  double momentum = 0;    ///< β in [0, 1)
  bool nesterov = false;  ///< whether the momentum looks ahead
};

/// The outer step of SGD with momentum, as PyTorch makes it, without dampening:
///
///     m ← β m + D (m = D at first);   x ← x − η m,   or with Nesterov's look-ahead  x ← x − η (D + β m)
///
/// With η = 1, β = 0 the step leads to the end. At a constant step size v = −η m gives the same models as the velocity
/// form v ← β v − η D,  x ← x + v,  or with look-ahead  x ← x − η D + β v.
class OuterMomentum final : public OuterOptimizer {
 public:
  using Settings = OuterStep;

  explicit OuterMomentum(Settings settings) : settings_{settings}, momentum_{settings.momentum} {}

  Params step(const Params& x, const Params& pseudo_gradient) override {
    const double eta = settings_.step_size;
    if (!settings_.nesterov) return momentum_.step(x, eta, pseudo_gradient);
    return x - eta * pseudo_gradient - (eta * settings_.momentum) * momentum_.update(pseudo_gradient);
  }
  std::span<Params> states() override { return momentum_.states(); }

 private:
  Settings settings_;
  HeavyBall momentum_;
};

}  // namespace gossamer
