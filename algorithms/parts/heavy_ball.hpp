#pragma once
#include <cstddef>
#include <span>
#include <utility>

#include "sim/numerics/params.hpp"

namespace gossamer {

/// Heavy-ball momentum of one node, without dampening:
///
///     m ← β m + g,   x ← x − η m        (m = 0 at first; β = 0 is plain SGD and keeps no m)
///
/// Polyak, "Some methods of speeding up the convergence of iteration methods", USSR Computational Mathematics and
/// Mathematical Physics 4(5), 1964.
class HeavyBall {
 public:
  explicit HeavyBall(double momentum) : momentum_{momentum} {}

  /// Updates m with g, and returns it.
  const Params& update(const Params& g) {
    m_ = m_ ? Params{momentum_ * m_ + g} : g;
    return m_;
  }

  const Params& m() const { return m_; }
  /// Continues with another m; an empty one is zero.
  void restart(Params m) { m_ = std::move(m); }

  /// Updates m with g, and returns x − η m.
  Combination step(const Params& x, double step_size, const Params& g) {
    if (momentum_ == 0) return x - step_size * g;
    return x - step_size * update(g);
  }

  /// m, if there is one.
  std::span<Params> states() { return {&m_, m_ ? std::size_t{1} : 0}; }
  void reset() { m_ = {}; }

 private:
  double momentum_;
  Params m_;  ///< empty before the first gradient
};

}  // namespace gossamer
