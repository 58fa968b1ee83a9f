#pragma once
#include <memory>

#include "sim/learning/data/dataset.hpp"
#include "sim/learning/models/model.hpp"

namespace gossamer {

/// L2-regularized softmax regression (multinomial logistic regression).
///
///     F(x; B) = 1/|B| Σ_{k ∈ B} [log Σ_u exp(w_uᵀa_k + c_u) − (w_{y_k}ᵀa_k + c_{y_k})] + λ/2 ‖x‖²   (a mean over B)
///
/// Shapes  x = (w_1, …, w_C, c) ∈ R^{C p + C}: each class's weights contiguous, then the biases, regularized as the
///         weights.
/// Cost    4 C p |B| flops; samples are read in place, and g is written once.
/// Bounds  λ I ⪯ ∇²F ⪯ ÃÃᵀ/(2m) ⊗ I + λ I, where ã = (a, 1): the Hessian of log-sum-exp is at most I/2 (Böhning,
///         "Multinomial logistic regression algorithm", Annals of the Institute of Statistical Mathematics 44, 1992).
/// Errors  LearningError for data that are sparse or not classes.
struct SoftmaxRegression {
  double l2 = 0;  ///< λ ≥ 0
};
template <class Scalar>
std::unique_ptr<Model<Scalar>> softmax_regression(const Dataset& data, const SoftmaxRegression& settings);

}  // namespace gossamer
