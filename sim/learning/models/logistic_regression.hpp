#pragma once
#include <memory>

#include "sim/learning/data/dataset.hpp"
#include "sim/learning/models/model.hpp"

namespace gossamer {

/// log(1 + exp(t)), exact to a few units in the last place for every t.
template <class Scalar>
Scalar softplus(Scalar t);

/// 1/(1 + exp(−t)), which neither overflows nor loses the small values at t ≪ 0.
template <class Scalar>
Scalar sigmoid(Scalar t);

/// L2-regularized logistic regression.
///
///     F(x; B) = 1/|B| Σ_{k ∈ B} log(1 + exp(−y_k a_kᵀx)) + λ/2 ‖x‖²        (a mean over the batch)
///
/// The classes 0 and 1 are the labels y = −1 and +1. With an intercept, x has a last element that is added to a_kᵀx and
/// regularized as the rest.
/// Shapes  x ∈ R^p, or R^{p+1} with an intercept; features dense or sparse.
/// Cost    4 p |B| flops; bound by memory if the features exceed the cache.
/// Bounds  λ I ⪯ ∇²F ⪯ AAᵀ/(4m) + λ I, since σ' ≤ 1/4.
/// Errors  LearningError if the data do not have exactly two classes.
struct LogisticRegression {
  double l2 = 0;           ///< λ ≥ 0
  bool intercept = false;  ///< true for a constant term
};
template <class Scalar>
std::unique_ptr<Model<Scalar>> logistic_regression(const Dataset& data, const LogisticRegression& settings);

}  // namespace gossamer
