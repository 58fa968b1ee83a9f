#pragma once
#include <span>

#include <Eigen/Core>

#include "sim/learning/dataset.hpp"
#include "sim/quantities.hpp"

/// ÃÃᵀ/m of some samples à ∈ R^{p×m}, which may get a last feature that is always 1 (an intercept).
namespace gossamer {

/// (1/m) Σ_k c_k ã_k ã_kᵀ, p × p, with the weights c of the samples; all are 1 if `weights` is empty. Cost  p² m flops.
Eigen::MatrixXd gram_matrix(const Samples& samples, const Eigen::VectorXd& weights, bool intercept);

/// (1/m) Σ_k c_k y_k ã_k, length p, for the labels y.
Eigen::VectorXd label_moment(const Samples& samples, const Eigen::VectorXd& weights, bool intercept);

/// (1/m) Σ_k (⟨ã_k, x⟩ − y_k) ã_k over the m samples with the given numbers.
Eigen::VectorXd least_squares_gradient(const Samples& samples, std::span<const Index> chosen, bool intercept,
                                       const Eigen::VectorXd& x);

/// The largest eigenvalue of ÃÃᵀ/m over the samples with the given numbers, by power iteration until a step changes it
/// by less than 1e-10 of itself, or for 1000 steps; never above the true one but for rounding.
/// Cost    4 p m flops a step.
double largest_gram_eigenvalue(const Samples& samples, std::span<const Index> chosen, bool intercept);

}  // namespace gossamer
