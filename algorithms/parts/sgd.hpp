#pragma once
#include <span>

#include "algorithms/parts/heavy_ball.hpp"

namespace gossamer {

/// SGD of one node, with momentum β and weight decay λ, as in PyTorch, without dampening:
///
///     g ← g + λ x;   m ← β m + g;   x ← x − η m, or x − η (g + β m) with Nesterov's look-ahead
///
/// m = g after the first gradient; β = 0 keeps no m. Sutskever, Martens, Dahl, Hinton, "On the importance of
/// initialization and momentum in deep learning", ICML 2013.
class Sgd {
 public:
  struct Settings {
    double momentum = 0;      ///< β in [0, 1)
    bool nesterov = false;    ///< whether the step looks ahead
    double weight_decay = 0;  ///< λ ≥ 0
  };
  explicit Sgd(Settings settings) : settings_{settings}, momentum_{settings.momentum} {}

  /// Updates m with g, and returns the next x.
  Params step(const Params& x, double step_size, const Params& g);

  /// The vectors that it keeps, for methods that average them: m.
  std::span<Params> states() { return momentum_.states(); }
  /// Forgets all steps.
  void reset() { momentum_.reset(); }

 private:
  Settings settings_;
  HeavyBall momentum_;
};

}  // namespace gossamer
