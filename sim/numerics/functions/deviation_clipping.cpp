#include "sim/numerics/functions/deviation_clipping.hpp"

#include <algorithm>
#include <cmath>

namespace gossamer {

template <class Scalar>
void DeviationClipping::compute(std::span<const Scalar* const> arguments, CoordinateRange range, Scalar* value,
                                Workspace&) const {
  const Scalar* const v = arguments[0];
  double sum = 0, squares = 0;
  for (Index k = range.begin; k < range.end; ++k) sum += static_cast<double>(v[k]);
  const double mean = sum / static_cast<double>(range.end - range.begin);
  for (Index k = range.begin; k < range.end; ++k) {
    const double off = static_cast<double>(v[k]) - mean;
    squares += off * off;
  }
  const auto most =
      static_cast<Scalar>(deviations_ * std::sqrt(squares / static_cast<double>(range.end - range.begin)));
  for (Index k = range.begin; k < range.end; ++k) value[k] = std::isnan(most) ? v[k] : std::clamp(v[k], -most, most);
}

template void DeviationClipping::compute(std::span<const float* const>, CoordinateRange, float*, Workspace&) const;
template void DeviationClipping::compute(std::span<const double* const>, CoordinateRange, double*, Workspace&) const;

}  // namespace gossamer
