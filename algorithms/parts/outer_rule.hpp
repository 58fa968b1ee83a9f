#pragma once
#include <span>

#include "sim/numerics/params.hpp"

namespace gossamer {

/// An outer optimizer, with its state. It steps from the model at the start of a round along the pseudo-gradient
/// D = start − end, which points like a gradient.
class OuterOptimizer {
 public:
  virtual ~OuterOptimizer() = default;

  /// Updates its state with D, and returns the next x.
  virtual Params step(const Params& x, const Params& pseudo_gradient) = 0;
  /// The same, where the round has ended at this model.
  virtual Params step_to(const Params& x, const Params& end) { return step(x, x - end); }

  /// The vectors that it keeps, for methods that step a part of the coordinates; an empty one is zero.
  virtual std::span<Params> states() = 0;
  /// Whether a coordinate of a step depends on this coordinate of x, of D and of the states alone.
  virtual bool steps_by_coordinate() const { return true; }
};

/// The next x is the end of the round itself.
class ToEnd final : public OuterOptimizer {
 public:
  struct Settings {};
  explicit ToEnd(Settings) {}

  Params step(const Params& x, const Params& pseudo_gradient) override { return x - pseudo_gradient; }
  Params step_to(const Params&, const Params& end) override { return end; }
  std::span<Params> states() override { return {}; }
};

}  // namespace gossamer
