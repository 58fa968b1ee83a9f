#pragma once
#include <utility>
#include <vector>

#include "sim/node.hpp"

namespace gossamer {

/// Radial-directional averaging of the arguments D_m with weights w_m, for each range of coordinates (a tensor) apart:
///
///     (Σ w_m ‖D_m‖ / Σ w_m) φ(Σ w_m φ(D_m)),        φ(z) = z/‖z‖, φ(0) = 0
///
/// The mean of the norms in the mean direction: the mean of vectors of norm R has norm R. If the direction vanishes, that
/// is if ‖Σ w_m φ(D_m)‖ < 10⁻⁶ Σ w_m, the result is the weighted mean. Sums are accumulated in float64. Outside of the
/// ranges the result is zero.
class RadialDirectionalMean final : public VectorFunctionOf<RadialDirectionalMean> {
 public:
  /// A weight w_m > 0 for each argument. Without ranges, all coordinates are one.
  RadialDirectionalMean(std::vector<double> weights, std::vector<CoordinateRange> ranges)
      : weights_{std::move(weights)}, ranges_{std::move(ranges)} {}

  bool elementwise() const override { return false; }

  template <class Scalar>
  void compute(std::span<const Scalar* const> arguments, CoordinateRange range, Scalar* value, Workspace&) const;

 private:
  template <class Scalar>
  void of_range(std::span<const Scalar* const> arguments, CoordinateRange range, Scalar* value) const;

  std::vector<double> weights_;
  std::vector<CoordinateRange> ranges_;
};

}  // namespace gossamer
