#pragma once
#include <utility>

#include "algorithms/parts/heavy_ball.hpp"
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// The model after some steps from x by a rule, such as an optimizer: x ← rule.step(x, η_k, ∇F_i(x; ξ)). Takes as many
/// steps of the node's time. The rule, the node and the step size must live until then.
template <class Rule>
Part<Params> steps_by(Rule& rule, Node& node, const StepSize& step_size, Params x, int steps) {
  for (int h = 0; h < steps; ++h) {
    const double eta = step_size.at(node.steps());
    const Params g = co_await node.gradient(x);
    x = rule.step(x, eta, g);
  }
  co_return x;
}

/// The steps of a node between two averagings: SGD with heavy-ball momentum, which stays with the node.
///
///     H times:  m ← β m + ∇F_i(x; ξ),   x ← x − η m        (m = 0 at first; runs continue with the m of the last one)
class LocalRun {
 public:
  LocalRun(Node& node, const StepSize& step_size, double momentum)
      : node_{node}, step_size_{step_size}, momentum_{momentum} {}

  /// The model after H steps from x. Takes H steps of the node's time.
  Part<Params> from(Params x, int steps) { return steps_by(momentum_, node_, step_size_, std::move(x), steps); }

  HeavyBall& momentum() { return momentum_; }

 private:
  Node& node_;
  StepSize step_size_;
  HeavyBall momentum_;
};

}  // namespace gossamer
