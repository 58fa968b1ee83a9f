#include "algorithms/parts/radial_directional_mean.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace gossamer {
namespace {

template <class Scalar>
double norm(const Scalar* x, CoordinateRange range) {
  double sum = 0;
  for (Index k = range.begin; k < range.end; ++k) sum += static_cast<double>(x[k]) * static_cast<double>(x[k]);
  return std::sqrt(sum);
}

/// value ← Σ_m c_m D_m
template <class Scalar>
void weighted_sum(const std::vector<double>& c, std::span<const Scalar* const> arguments, CoordinateRange range,
                  Scalar* value) {
  for (Index k = range.begin; k < range.end; ++k) {
    double sum = 0;
    for (std::size_t m = 0; m < arguments.size(); ++m) sum += c[m] * static_cast<double>(arguments[m][k]);
    value[k] = static_cast<Scalar>(sum);
  }
}

}  // namespace

template <class Scalar>
void RadialDirectionalMean::of_range(std::span<const Scalar* const> arguments, CoordinateRange range,
                                     Scalar* value) const {
  constexpr double vanishing = 1e-6;
  const double all = std::accumulate(weights_.begin(), weights_.end(), 0.0);
  std::vector<double> c(arguments.size());
  double radius = 0;
  for (std::size_t m = 0; m < arguments.size(); ++m) {
    const double length = norm(arguments[m], range);
    radius += weights_[m] * length / all;
    c[m] = length > 0 ? weights_[m] / length : 0;
  }
  weighted_sum(c, arguments, range, value);
  const double length = norm(value, range);
  if (length < vanishing * all) {
    for (std::size_t m = 0; m < arguments.size(); ++m) c[m] = weights_[m] / all;
  } else {
    for (double& factor : c) factor *= radius / length;
  }
  weighted_sum(c, arguments, range, value);
}

template <class Scalar>
void RadialDirectionalMean::compute(std::span<const Scalar* const> arguments, CoordinateRange range, Scalar* value,
                                    Workspace&) const {
  if (ranges_.empty()) return of_range(arguments, range, value);
  std::fill(value + range.begin, value + range.end, Scalar{0});
  for (const CoordinateRange& tensor : ranges_) of_range(arguments, tensor, value);
}

template void RadialDirectionalMean::compute(std::span<const float* const>, CoordinateRange, float*, Workspace&) const;
template void RadialDirectionalMean::compute(std::span<const double* const>, CoordinateRange, double*,
                                             Workspace&) const;

}  // namespace gossamer
