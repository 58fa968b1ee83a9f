#pragma once
#include <cstdint>
#include <span>

#include "algorithms/parts/outer_rule.hpp"

namespace gossamer {

/// Nesterov's momentum whose buffer moves once in N steps. Step k:
///
///     S ← S + D;   if N does not divide k:  x ← x − η (c β m + D/N)
///                  else:  m ← β m + S/N,  S ← 0,  x ← x − η ((1 − c N + c) β m + D/N)
///
/// Liu, Chhaparia, Douillard, Kale, Rusu, Shen, Szlam, Ranzato, "Asynchronous Local-SGD Training for Language Modeling",
/// 2024, arXiv:2401.09135. N = 1 is Nesterov's momentum; N equal D from one x are one such step with their mean.
class DelayedNesterov final : public OuterOptimizer {
 public:
  struct Settings {
    double step_size = 0.7;  ///< η > 0
    double momentum = 0.9;   ///< β in [0, 1)
    int delay = 1;           ///< N ≥ 1
    double early = 0;        ///< c in [0, 1/N]
  };
  explicit DelayedNesterov(Settings settings) : settings_{settings} {}

  Params step(const Params& x, const Params& d) override {
    const double eta = settings_.step_size, beta = settings_.momentum, c = settings_.early;
    const double n = settings_.delay;
    sum_ += d;
    double share = c;
    if (++steps_ % static_cast<std::uint64_t>(settings_.delay) == 0) {
      m_ = m_ ? Params{beta * m_ + (1 / n) * sum_} : Params{(1 / n) * sum_};
      sum_ = {};
      share = 1 - c * n + c;
    }
    if (!m_ || share == 0) return x - (eta / n) * d;
    return x - (eta * share * beta) * m_ - (eta / n) * d;
  }
  std::span<Params> states() override { return {&m_, 1}; }
  bool steps_by_coordinate() const override { return false; }  // it counts steps, and keeps S

 private:
  Settings settings_;
  std::uint64_t steps_ = 0;
  Combination sum_;
  Params m_;  ///< empty before the first move
};

}  // namespace gossamer
