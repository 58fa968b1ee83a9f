#pragma once
#include <span>

#include <Eigen/Core>

#include "sim/ground/quantities.hpp"
#include "sim/learning/data/dataset.hpp"

/// The matrix ÃÃᵀ/m of samples à ∈ R^{p×m}. With an intercept Ã has a last feature that is always 1.
///
/// All threads take part, and results are the same bits for any number of them.
namespace gossamer {

/// (1/m) Σ_k c_k ã_k ã_kᵀ, p × p, with the weights c of the samples; all are 1 if `weights` is empty. Cost: p² m flops.
Eigen::MatrixXd gram_matrix(const Samples& samples, const Eigen::VectorXd& weights, bool intercept);

/// (1/m) Σ_k c_k y_k ã_k, length p, for the labels y. Cost: 2 p m flops.
Eigen::VectorXd label_moment(const Samples& samples, const Eigen::VectorXd& weights, bool intercept);

/// (1/m) Σ_k (⟨ã_k, x⟩ − y_k) ã_k over the m samples with the given numbers. Cost: 4 p m flops.
Eigen::VectorXd least_squares_gradient(const Samples& samples, std::span<const Index> chosen, bool intercept,
                                       const Eigen::VectorXd& x);

/// The solution p of (λ I + (1/m) Σ_k c_k ã_k ã_kᵀ) p = g over the m samples with the given numbers; `weights` has their
/// c_k ≥ 0. By Cholesky decomposition up to 512 dimensions, otherwise by conjugate gradients to a relative residual of
/// 1e-12. One thread. Cost: p² m flops, or 4 p m for each step of conjugate gradients.
/// Throws LearningError if the matrix is singular.
Eigen::VectorXd solve_weighted_gram(const Samples& samples, std::span<const Index> chosen,
                                    const Eigen::VectorXd& weights, double l2, bool intercept,
                                    const Eigen::VectorXd& g);

/// The largest eigenvalue of ÃÃᵀ/m over the samples with the given numbers. If the samples are dense and the smaller of
/// p and m is at most 96, it is exact except for rounding. Otherwise power iteration stops when a step changes the value
/// by less than 1e-10, relatively, and after 1000 steps; except for rounding, the result is never above the true value.
/// Cost    p m min(p, m) flops for the smaller of ÃÃᵀ and ÃᵀÃ, if the samples are dense and that is at most 1024²;
///         otherwise 4 p m flops for each step, or 4 for each stored value of sparse samples.
double largest_gram_eigenvalue(const Samples& samples, std::span<const Index> chosen, bool intercept);

/// The smallest eigenvalue of the same matrix, exact except for rounding; 0 if it is no more than rounding, as always
/// with fewer samples than features. Cost: p² m + 4/3 p³ flops.
double least_gram_eigenvalue(const Samples& samples, std::span<const Index> chosen, bool intercept);

/// The smallest of ascending eigenvalues of a matrix without negative ones; 0 if it is no more than rounding.
double least_of(const Eigen::VectorXd& eigenvalues);

}  // namespace gossamer
