#include "sim/numerics/functions/newton_schulz.hpp"

#include <algorithm>
#include <cmath>

#include <Eigen/Core>

namespace gossamer {
namespace {

template <class Scalar>
using RowMajor = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Of a matrix with at most as many rows as columns.
template <class Scalar>
void iterate(std::span<const NewtonSchulzStep> steps, RowMajor<Scalar>& x) {
  RowMajor<Scalar> square, factor, product;
  for (const auto& [a, b, c] : steps) {
    square.noalias() = x * x.transpose();
    factor.noalias() = square * square;
    factor = static_cast<Scalar>(b) * square + static_cast<Scalar>(c) * factor;
    product.noalias() = factor * x;
    x = static_cast<Scalar>(a) * x + product;
  }
}

}  // namespace

const std::vector<NewtonSchulzStep>& jordan_steps() {
  static const std::vector<NewtonSchulzStep> steps(5, {3.4445, -4.7750, 2.0315});
  return steps;
}

const std::vector<NewtonSchulzStep>& muloco_steps() {
  static const std::vector<NewtonSchulzStep> steps{{4.0848, -6.8946, 2.9270},
                                                   {3.9505, -6.3029, 2.6377},
                                                   {3.7418, -5.5913, 2.3037},
                                                   {2.8769, -3.1427, 1.2046},
                                                   {2.8366, -3.0525, 1.2012}};
  return steps;
}

std::vector<MatrixPlace> matrices_of(std::span<const Layer> layers) {
  std::vector<MatrixPlace> matrices;
  Index begin = 0;
  for (const Layer& layer : layers) {
    matrices.push_back({.begin = begin, .rows = layer.outputs, .columns = layer.inputs});
    begin += layer.size();
  }
  return matrices;
}

double NewtonSchulz::scale_of(const MatrixPlace& place) const {
  const double ratio = static_cast<double>(place.rows) / static_cast<double>(place.columns);
  if (scale_ == Scale::none) return 1;
  return std::sqrt(scale_ == Scale::spectral ? ratio : std::max(1.0, ratio));
}

template <class Scalar>
void NewtonSchulz::compute(std::span<const Scalar* const> arguments, CoordinateRange range, Scalar* value,
                           Workspace&) const {
  std::fill(value + range.begin, value + range.end, Scalar{0});
  for (const MatrixPlace& place : matrices_) {
    const Eigen::Map<const RowMajor<Scalar>> g{arguments[0] + place.begin, place.rows, place.columns};
    Eigen::Map<RowMajor<Scalar>> result{value + place.begin, place.rows, place.columns};
    const auto norm = static_cast<Scalar>(g.norm());
    if (norm == 0) continue;
    const bool tall = place.rows > place.columns;
    RowMajor<Scalar> x = g / norm;
    if (tall) x = x.transpose().eval();
    iterate<Scalar>(steps_, x);
    const auto scale = static_cast<Scalar>(scale_of(place));
    if (tall) {
      result = scale * x.transpose();
    } else {
      result = scale * x;
    }
  }
}

template void NewtonSchulz::compute(std::span<const float* const>, CoordinateRange, float*, Workspace&) const;
template void NewtonSchulz::compute(std::span<const double* const>, CoordinateRange, double*, Workspace&) const;

}  // namespace gossamer
