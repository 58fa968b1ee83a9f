#include "sim/numerics/functions/norm_clipping.hpp"

#include <cmath>

#include "sim/numerics/linear_combination.hpp"

namespace gossamer {

template <class Scalar>
void NormClipping::compute(std::span<const Scalar* const> arguments, CoordinateRange range, Scalar* value,
                           Workspace&) const {
  const double norm = std::sqrt(squared_norm(arguments[0], range.end));
  const ScaledVector<Scalar> scaled{static_cast<Scalar>(norm > bound_ ? bound_ / norm : 1), arguments[0]};
  linear_combination<Scalar>({&scaled, 1}, range.begin, range.end, value);
}

template void NormClipping::compute(std::span<const float* const>, CoordinateRange, float*, Workspace&) const;
template void NormClipping::compute(std::span<const double* const>, CoordinateRange, double*, Workspace&) const;

}  // namespace gossamer
