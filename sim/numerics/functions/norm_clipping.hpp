#pragma once
#include "sim/numerics/vector_function.hpp"

namespace gossamer {

/// The argument, scaled so that its norm is at most ρ: min(1, ρ/‖v‖) v. The norm is accumulated in float64.
class NormClipping final : public VectorFunctionOf<NormClipping> {
 public:
  /// ρ > 0.
  explicit NormClipping(double bound) : bound_{bound} {}

  bool elementwise() const override { return false; }

  template <class Scalar>
  void compute(std::span<const Scalar* const> arguments, CoordinateRange range, Scalar* value,
               Workspace& workspace) const;

 private:
  double bound_;
};

}  // namespace gossamer
