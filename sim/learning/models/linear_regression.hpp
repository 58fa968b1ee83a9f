#pragma once
#include <memory>

#include "sim/learning/data/dataset.hpp"
#include "sim/learning/models/model.hpp"

namespace gossamer {

/// Least squares.
///
///     F(x; B) = 1/|B| Σ_{k ∈ B} (a_kᵀx − y_k)²/2 + λ/2 ‖x‖²        (a mean over the batch)
///
/// Shapes  x ∈ R^p, or R^{p+1} with an intercept, which comes last, is added to a_kᵀx and is regularized as the rest.
/// Cost    4 p |B| flops; bound by memory if the features exceed the cache.
/// Bounds  the Hessian is AAᵀ/m + λ I everywhere, so L and μ are its extreme eigenvalues, and the optimum solves one
///         linear system.
/// Errors  LearningError if the labels are classes.
struct LinearRegression {
  double l2 = 0;           ///< λ ≥ 0
  bool intercept = false;  ///< true for a constant term
};
template <class Scalar>
std::unique_ptr<Model<Scalar>> linear_regression(const Dataset& data, const LinearRegression& settings);

}  // namespace gossamer
