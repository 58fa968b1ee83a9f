#include "sim/numerics/functions/cosine_transform.hpp"

#include <cmath>
#include <numbers>
#include <type_traits>

#include <Eigen/Core>

namespace gossamer {
namespace {

template <class Scalar>
using TileMatrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// C for a side s.
template <class Scalar>
TileMatrix<Scalar> cosines(Index s) {
  const auto side = static_cast<double>(s);
  TileMatrix<Scalar> c(s, s);
  for (Index k = 0; k < s; ++k) {
    const double factor = std::sqrt((k == 0 ? 1 : 2) / side);
    for (Index i = 0; i < s; ++i)
      c(k, i) = static_cast<Scalar>(factor * std::cos(std::numbers::pi * (2.0 * static_cast<double>(i) + 1) *
                                                      static_cast<double>(k) / (2 * side)));
  }
  return c;
}

/// Calls f with the place of each tile in the vector and the position of its coefficients.
template <class Scalar, class F>
void for_each_tile(const TileGrid& grid, Scalar* vector, F f) {
  using Place = Eigen::Map<TileMatrix<std::remove_const_t<Scalar>>, 0, Eigen::OuterStride<>>;
  using ConstPlace = Eigen::Map<const TileMatrix<std::remove_const_t<Scalar>>, 0, Eigen::OuterStride<>>;
  using Tile = std::conditional_t<std::is_const_v<Scalar>, ConstPlace, Place>;
  Index coefficients = grid.begin;
  for (Index row = 0; row < grid.rows; row += grid.tile_rows) {
    for (Index column = 0; column < grid.columns; column += grid.tile_columns) {
      f(Tile{vector + grid.begin + row * grid.columns + column, grid.tile_rows, grid.tile_columns,
             Eigen::OuterStride<>{grid.columns}},
        coefficients);
      coefficients += grid.tile_size();
    }
  }
}

}  // namespace

template <class Scalar>
void CosineTransform::compute(std::span<const Scalar* const> arguments, CoordinateRange range, Scalar* value,
                              Workspace&) const {
  for (const TileGrid& grid : tiling_.grids(range.end)) {
    const TileMatrix<Scalar> left = cosines<Scalar>(grid.tile_rows);
    const TileMatrix<Scalar> right = cosines<Scalar>(grid.tile_columns);
    for_each_tile(grid, arguments[0], [&](const auto& tile, Index at) {
      Eigen::Map<TileMatrix<Scalar>>{value + at, grid.tile_rows, grid.tile_columns} = left * tile * right.transpose();
    });
  }
}

template <class Scalar>
void InverseCosineTransform::compute(std::span<const Scalar* const> arguments, CoordinateRange range, Scalar* value,
                                     Workspace&) const {
  for (const TileGrid& grid : tiling_.grids(range.end)) {
    const TileMatrix<Scalar> left = cosines<Scalar>(grid.tile_rows);
    const TileMatrix<Scalar> right = cosines<Scalar>(grid.tile_columns);
    for_each_tile(grid, value, [&](auto tile, Index at) {
      tile = left.transpose() *
             Eigen::Map<const TileMatrix<Scalar>>{arguments[0] + at, grid.tile_rows, grid.tile_columns} * right;
    });
  }
}

template void CosineTransform::compute(std::span<const float* const>, CoordinateRange, float*, Workspace&) const;
template void CosineTransform::compute(std::span<const double* const>, CoordinateRange, double*, Workspace&) const;
template void InverseCosineTransform::compute(std::span<const float* const>, CoordinateRange, float*, Workspace&) const;
template void InverseCosineTransform::compute(std::span<const double* const>, CoordinateRange, double*,
                                              Workspace&) const;

}  // namespace gossamer
