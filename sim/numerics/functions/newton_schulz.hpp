#pragma once
#include <array>
#include <span>
#include <utility>
#include <vector>

#include "sim/numerics/layer.hpp"
#include "sim/numerics/vector_function.hpp"

namespace gossamer {

/// The factors (a, b, c) of one step of a Newton–Schulz iteration.
using NewtonSchulzStep = std::array<double, 3>;

/// Five equal steps. Jordan et al., "Muon: An optimizer for hidden layers in neural networks", 2024.
const std::vector<NewtonSchulzStep>& jordan_steps();
/// Five steps that come nearer to an orthogonal matrix, from the code of MuLoCo-1.
const std::vector<NewtonSchulzStep>& muloco_steps();

/// A matrix in a vector: its elements row by row, from a coordinate on.
struct MatrixPlace {
  Index begin = 0;
  Index rows = 0;
  Index columns = 0;
};

/// The weight matrices W of some layers, whose parameters follow each other. The biases are in none.
std::vector<MatrixPlace> matrices_of(std::span<const Layer> layers);

/// Each matrix G of the argument, nearly orthogonalized, times a scale; all other coordinates are zero.
///
///     X ← G/‖G‖_F;   for each step:  S = X Xᵀ,  X ← a X + (b S + c S²) X
///
/// X is transposed meanwhile if it has more rows than columns. Singular vectors stay, and a singular value s becomes
/// a s + b s³ + c s⁵ in every step. A zero matrix stays zero.
/// Cost  2 r² (2 m + r) flops for each step of an r × m matrix with r ≤ m.
class NewtonSchulz final : public VectorFunctionOf<NewtonSchulz> {
 public:
  /// The scale of an orthogonalized matrix: 1; √max(1, rows/columns) as in Muon; √(rows/columns) as in MuLoCo-1.
  enum class Scale { none, at_least_one, spectral };

  NewtonSchulz(std::vector<MatrixPlace> matrices, std::vector<NewtonSchulzStep> steps, Scale scale)
      : matrices_{std::move(matrices)}, steps_{std::move(steps)}, scale_{scale} {}

  bool elementwise() const override { return false; }

  template <class Scalar>
  void compute(std::span<const Scalar* const> arguments, CoordinateRange range, Scalar* value,
               Workspace& workspace) const;

 private:
  double scale_of(const MatrixPlace& place) const;

  std::vector<MatrixPlace> matrices_;
  std::vector<NewtonSchulzStep> steps_;
  Scale scale_;
};

}  // namespace gossamer
