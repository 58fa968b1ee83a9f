#pragma once
#include "algorithms/parts/heavy_ball.hpp"
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// The steps of a node between two averagings: SGD with heavy-ball momentum, which stays with the node.
///
///     H times:  m ← β m + ∇F_i(x; ξ),   x ← x − η m        (m = 0 at first; runs continue with the m of the last one)
class LocalRun {
 public:
  LocalRun(Node& node, const StepSize& step_size, double momentum)
      : node_{node}, step_size_{step_size}, momentum_{momentum} {}

  /// The model after H steps from x. Takes H steps of the node's time.
  Part<Params> from(Params x, int steps);

  HeavyBall& momentum() { return momentum_; }

 private:
  Node& node_;
  StepSize step_size_;
  HeavyBall momentum_;
};

}  // namespace gossamer
