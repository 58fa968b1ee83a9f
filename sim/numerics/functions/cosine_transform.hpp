#pragma once
#include <utility>

#include "sim/numerics/functions/tiling.hpp"
#include "sim/numerics/vector_function.hpp"

namespace gossamer {

/// The orthonormal discrete cosine transform (DCT-II) of each tile of the argument, along both of its sides.
///
///     C_ki = √(2/s) cos(π (2 i + 1) k / (2 s)), times 1/√2 for k = 0;   tile ← C tile Cᵀ, of its two sides
///
/// Tiles follow each other in the value: first those of the first row of tiles, each row by row.
/// Cost  2 s flops for each coordinate and side s of its tile.
class CosineTransform final : public VectorFunctionOf<CosineTransform> {
 public:
  explicit CosineTransform(Tiling tiling) : tiling_{std::move(tiling)} {}

  bool elementwise() const override { return false; }

  template <class Scalar>
  void compute(std::span<const Scalar* const> arguments, CoordinateRange range, Scalar* value,
               Workspace& workspace) const;

 private:
  Tiling tiling_;
};

/// The inverse of `CosineTransform`: from the coefficients of tiles to the vector.
class InverseCosineTransform final : public VectorFunctionOf<InverseCosineTransform> {
 public:
  explicit InverseCosineTransform(Tiling tiling) : tiling_{std::move(tiling)} {}

  bool elementwise() const override { return false; }

  template <class Scalar>
  void compute(std::span<const Scalar* const> arguments, CoordinateRange range, Scalar* value,
               Workspace& workspace) const;

 private:
  Tiling tiling_;
};

}  // namespace gossamer
