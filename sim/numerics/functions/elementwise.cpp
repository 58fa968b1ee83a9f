#include <algorithm>
#include <cmath>

#include "sim/numerics/functions/adam.hpp"
#include "sim/numerics/functions/mean_of_nonzero.hpp"
#include "sim/numerics/functions/sign.hpp"

// The loops of elementwise functions. A value may be one of the arguments: each coordinate is read before it is written,
// so lanes are independent.
namespace gossamer {

template <class Scalar>
void SecondMoment::values(std::span<const Scalar* const> arguments, CoordinateRange range, Scalar* value) const {
  const auto kept = static_cast<Scalar>(decay_), added = static_cast<Scalar>(1 - decay_);
  const Scalar* const g = arguments.back();
  if (arguments.size() == 1) {
#pragma omp simd
    for (Index k = range.begin; k < range.end; ++k) value[k] = added * (g[k] * g[k]);
    return;
  }
  const Scalar* const v = arguments.front();
#pragma omp simd
  for (Index k = range.begin; k < range.end; ++k) value[k] = kept * v[k] + added * (g[k] * g[k]);
}

template <class Scalar>
void SumOfSquares::values(std::span<const Scalar* const> arguments, CoordinateRange range, Scalar* value) const {
  const Scalar* const v = arguments[0];
  const Scalar* const g = arguments[1];
#pragma omp simd
  for (Index k = range.begin; k < range.end; ++k) value[k] = v[k] + g[k] * g[k];
}

template <class Scalar>
void YogiMoment::values(std::span<const Scalar* const> arguments, CoordinateRange range, Scalar* value) const {
  const Scalar* const v = arguments[0];
  const Scalar* const g = arguments[1];
  const auto added = static_cast<Scalar>(1 - decay_);
#pragma omp simd
  for (Index k = range.begin; k < range.end; ++k) {
    const Scalar square = g[k] * g[k];
    const Scalar below = v[k] < square ? v[k] + added * square : v[k];
    value[k] = v[k] > square ? v[k] - added * square : below;
  }
}

template <class Scalar>
void AdamStep::values(std::span<const Scalar* const> arguments, CoordinateRange range, Scalar* value) const {
  const Scalar* const x = arguments[0];
  const Scalar* const u = arguments[1];
  const Scalar* const v = arguments[2];
  const auto kept = static_cast<Scalar>(1 - settings_.step_size * settings_.weight_decay);
  const auto step = static_cast<Scalar>(settings_.step_size / settings_.first_correction);
  const auto scale = static_cast<Scalar>(1 / settings_.second_correction);
  const auto epsilon = static_cast<Scalar>(settings_.epsilon);
#pragma omp simd
  for (Index k = range.begin; k < range.end; ++k)
    value[k] = kept * x[k] - step * u[k] / (std::sqrt(scale * v[k]) + epsilon);
}

template <class Scalar>
void Sign::values(std::span<const Scalar* const> arguments, CoordinateRange range, Scalar* value) const {
  const Scalar* const x = arguments[0];
  const auto zero = static_cast<Scalar>(of_zero_);
  constexpr Scalar one = 1;
#pragma omp simd
  for (Index k = range.begin; k < range.end; ++k) {
    const Scalar not_positive = x[k] < 0 ? -one : (x[k] == 0 ? zero : x[k]);
    value[k] = x[k] > 0 ? one : not_positive;
  }
}

template <class Scalar>
void MeanOfNonzero::values(std::span<const Scalar* const> arguments, CoordinateRange range, Scalar* value) const {
  constexpr Index tile = 256;
  Scalar sum[tile], count[tile];
  for (Index start = range.begin; start < range.end; start += tile) {
    const Index length = std::min(tile, range.end - start);
    std::fill_n(sum, length, Scalar{0});
    std::fill_n(count, length, Scalar{0});
    for (const Scalar* const argument : arguments) {
      const Scalar* const x = argument + start;
#pragma omp simd
      for (Index k = 0; k < length; ++k) {
        sum[k] += x[k];
        count[k] += x[k] == 0 ? Scalar{0} : Scalar{1};
      }
    }
#pragma omp simd
    for (Index k = 0; k < length; ++k) value[start + k] = sum[k] / std::max(count[k], Scalar{1});
  }
}

#define GOSSAMER_INSTANTIATE(Function)                                                          \
  template void Function::values(std::span<const float* const>, CoordinateRange, float*) const; \
  template void Function::values(std::span<const double* const>, CoordinateRange, double*) const;
GOSSAMER_INSTANTIATE(SecondMoment)
GOSSAMER_INSTANTIATE(SumOfSquares)
GOSSAMER_INSTANTIATE(YogiMoment)
GOSSAMER_INSTANTIATE(AdamStep)
GOSSAMER_INSTANTIATE(Sign)
GOSSAMER_INSTANTIATE(MeanOfNonzero)

}  // namespace gossamer
