#pragma once
#include "sim/numerics/vector_function.hpp"

namespace gossamer {

/// The sign of each coordinate of its only argument: −1, 1, or a given number for zero. The sign of NaN is NaN.
class Sign final : public ElementwiseFunctionOf<Sign> {
 public:
  explicit Sign(double of_zero = 0) : of_zero_{of_zero} {}

  template <class Scalar>
  void values(std::span<const Scalar* const> arguments, CoordinateRange range, Scalar* value) const;

 private:
  double of_zero_;
};

}  // namespace gossamer
