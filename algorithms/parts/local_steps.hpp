#pragma once
#include <utility>

#include "algorithms/parts/heavy_ball.hpp"
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// The settings of a node's local steps in one round of a synchronous algorithm.
struct LocalSteps {
  int steps = 1;          ///< H ≥ 1, gradients between two rounds of communication
  double momentum = 0;    ///< β in [0, 1) of the round's direction; 0 keeps no momentum
  bool nesterov = false;  ///< whether the direction looks ahead
};

/// The direction d of a round, which replaces the gradient in a synchronous algorithm.
///
///     z_0 = x;  z_{h+1} = z_h − η_h ∇F_i(z_h; ξ)        G = Σ_{h<H} (η_h/η_0) ∇F_i(z_h; ξ), so that x − η_0 G = z_H
///     m ← β m + G                                       d = m, or G + β m with Nesterov's look-ahead; d = G if β = 0
///
/// With H = 1 it is the gradient itself. With larger H, x − η_0 d makes H local steps in any method that uses x − η g.
/// η_h is the step size of the node's local step h, which a schedule may change; η_0 is that at the start of the round.
/// Momentum stays on its node, without dampening.
class Direction {
 public:
  Direction(Node& node, LocalSteps local, StepSize step_size)
      : node_{node}, local_{local}, step_size_{std::move(step_size)}, momentum_{local.momentum} {}

  /// The direction at x. Takes H steps of the node's time.
  Part<Params> at(Params x);

 private:
  Node& node_;
  LocalSteps local_;
  StepSize step_size_;
  HeavyBall momentum_;
};

}  // namespace gossamer
