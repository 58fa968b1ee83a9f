#pragma once
#include "sim/numerics/vector_function.hpp"

namespace gossamer {

/// The update of Adam's second moment, coordinate by coordinate, from the arguments (v, g), or from (g) alone if v = 0:
///
///     β₂ v + (1 − β₂) g²
class SecondMoment final : public ElementwiseFunctionOf<SecondMoment> {
 public:
  explicit SecondMoment(double decay) : decay_{decay} {}

  template <class Scalar>
  void values(std::span<const Scalar* const> arguments, CoordinateRange range, Scalar* value) const;

 private:
  double decay_;  ///< β₂
};

/// The update of Adagrad's sum of squares, coordinate by coordinate, from the arguments (v, g):  v + g²
class SumOfSquares final : public ElementwiseFunctionOf<SumOfSquares> {
 public:
  template <class Scalar>
  void values(std::span<const Scalar* const> arguments, CoordinateRange range, Scalar* value) const;
};

/// The update of Yogi's second moment, coordinate by coordinate, from the arguments (v, g):
///
///     v − (1 − β₂) g² sign(v − g²)
///
/// Zaheer, Reddi, Sachan, Kale, Kumar, "Adaptive Methods for Nonconvex Optimization", NeurIPS 2018.
class YogiMoment final : public ElementwiseFunctionOf<YogiMoment> {
 public:
  explicit YogiMoment(double decay) : decay_{decay} {}

  template <class Scalar>
  void values(std::span<const Scalar* const> arguments, CoordinateRange range, Scalar* value) const;

 private:
  double decay_;  ///< β₂
};

/// The step of Adam or AdamW, coordinate by coordinate, from the arguments (x, u, v), where u and v are the moments
/// after their updates:
///
///     (1 − η λ) x − η (u/c₁) / (√(v/c₂) + ε)
class AdamStep final : public ElementwiseFunctionOf<AdamStep> {
 public:
  struct Settings {
    double step_size = 1e-3;       ///< η
    double weight_decay = 0;       ///< λ
    double epsilon = 1e-8;         ///< ε
    double first_correction = 1;   ///< c₁ = 1 − β₁ᵗ, or 1 without bias correction
    double second_correction = 1;  ///< c₂ = 1 − β₂ᵗ, or 1 without bias correction
  };
  explicit AdamStep(Settings settings) : settings_{settings} {}

  template <class Scalar>
  void values(std::span<const Scalar* const> arguments, CoordinateRange range, Scalar* value) const;

 private:
  Settings settings_;
};

}  // namespace gossamer
