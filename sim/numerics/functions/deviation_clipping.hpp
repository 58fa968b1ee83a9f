#pragma once
#include "sim/numerics/vector_function.hpp"

namespace gossamer {

/// The argument with each coordinate limited to ± c σ, where σ² = (1/d) Σ_k (v_k − v̄)² is the variance of all
/// coordinates, accumulated in float64.
class DeviationClipping final : public VectorFunctionOf<DeviationClipping> {
 public:
  /// c > 0.
  explicit DeviationClipping(double deviations) : deviations_{deviations} {}

  bool elementwise() const override { return false; }

  template <class Scalar>
  void compute(std::span<const Scalar* const> arguments, CoordinateRange range, Scalar* value,
               Workspace& workspace) const;

 private:
  double deviations_;
};

}  // namespace gossamer
