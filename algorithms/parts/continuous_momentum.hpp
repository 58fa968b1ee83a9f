#pragma once
#include <cmath>
#include <utility>

#include "sim/numerics/params.hpp"

namespace gossamer {

/// A model x and its momentum x̃, equal at first, which mix continuously between a node's events:
///
///     after a time s:  e = exp(−2 η_m s);   (x, x̃) ← ((1+e)/2 x + (1−e)/2 x̃,  (1−e)/2 x + (1+e)/2 x̃)
///     step by g:       x ← x − η g,   x̃ ← x̃ − η g
///     exchange:        x ← x + ½ (theirs − mine),   x̃ ← x̃ + α̃ (theirs − mine)
///
/// η_m = 0 mixes nothing and keeps the bits of x.
class ContinuousMomentum {
 public:
  ContinuousMomentum(Params x, double mixing_rate, double exchange_share)
      : x_{std::move(x)}, momentum_{x_}, mixing_rate_{mixing_rate}, share_{exchange_share} {}

  const Params& x() const { return x_; }

  void mix(double s) {
    if (mixing_rate_ == 0 || s == 0) return;
    const double e = std::exp(-2 * mixing_rate_ * s);
    const Params before = x_;
    x_ = 0.5 * (1 + e) * before + 0.5 * (1 - e) * momentum_;
    momentum_ = 0.5 * (1 - e) * before + 0.5 * (1 + e) * momentum_;
  }
  void step(double step_size, const Params& g) {
    x_ = x_ - step_size * g;
    momentum_ = momentum_ - step_size * g;
  }
  void exchange(const Params& mine, const Params& theirs) {
    x_ = x_ + 0.5 * (theirs - mine);
    momentum_ = momentum_ + share_ * (theirs - mine);
  }

 private:
  Params x_;
  Params momentum_;
  double mixing_rate_;
  double share_;
};

}  // namespace gossamer
