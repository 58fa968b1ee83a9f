#pragma once
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <vector>

#include <Eigen/Core>

#include "sim/learning/affine_gradients.hpp"
#include "sim/learning/problem.hpp"

namespace gossamer {

/// The objectives f_i(x) = xᵀA_i x/2 − b_iᵀx of n nodes.
struct QuadraticTerms {
  /// One per node, or a single one for all: symmetric d × d, or d × 1 for a diagonal matrix.
  std::vector<Eigen::MatrixXd> A;
  Eigen::MatrixXd b;  ///< d × n, b_i in column i
};

/// Throws LearningError for shapes that do not fit, elements that are not finite, and matrices that are not symmetric
/// (to 1e-12 of their largest element). The message begins with `source`.
void check_quadratics(const QuadraticTerms& terms, const std::string& source);

/// Reads {"A": [A_1, …, A_n], "b": [b_1, …, b_n]}: n matrices of d rows of d numbers, and n vectors of d numbers.
/// Errors  LearningError with the file's name and the JSON pointer to the error.
QuadraticTerms read_quadratics(const std::filesystem::path& file);

/// The directions of the eigenvectors of drawn matrices.
enum class Axes { random, coordinate };

/// A random family of quadratics. The eigenvalues of every A_i are within [μ, L].
///
///     A_i = (1 − h) A + h A'_i       A, A'_1, …, A'_n: eigenvalues μ … L, geometrically spaced, along random axes
///     b_i = b + s z_i                b, z_1, …, z_n: independent standard normal vectors
///
/// With `Axes::coordinate` the matrices are diagonal, and the order of the eigenvalues is random.
struct RandomQuadratics {
  Index dimension = 10;
  double mu = 0.1;             ///< μ > 0
  double L = 1;                ///< L ≥ μ
  double gradient_spread = 1;  ///< s ≥ 0: standard deviation of the nodes' b_i from b, per coordinate
  double hessian_spread = 0;   ///< h ∈ [0, 1]: weight of the part A'_i in which the nodes' A_i differ
  Axes axes = Axes::random;
};
QuadraticTerms draw_quadratics(const RandomQuadratics& family, NodeId nodes, std::uint64_t seed);

/// Quadratics. All their quantities are known in closed form: x* = (Σ A_i)⁻¹ Σ b_i.
///
///     ∇F_i(x; ξ) = A_i x − b_i + s ξ        ξ ~ N(0, I), drawn at the address (node, step); σ² = d s²
///
/// Cost    2 d² flops (2 d if A_i is diagonal), and d normal draws if s > 0.
/// L       the largest magnitude of an eigenvalue of any A_i. μ is the smallest eigenvalue of their mean, if positive.
///         Both are computed once, at the first call.
/// Errors  LearningError as `check_quadratics`.
template <class Scalar>
class Quadratics final : public Problem<Scalar>, public AffineGradients {
 public:
  /// `noise` is s ≥ 0, the standard deviation of each coordinate of a stochastic gradient.
  explicit Quadratics(const QuadraticTerms& terms, double noise = 0, std::uint64_t seed = 1);

  Index dimension() const override { return b_.rows(); }
  void gradient(NodeId node, std::uint64_t step, const Scalar* x, Scalar* g, Workspace& workspace) const override;
  /// By Cholesky decomposition. Throws LearningError if A_i is not positive definite.
  void newton_direction(NodeId node, const Scalar* x, const Scalar* g, Scalar* p, Workspace& workspace) const override;
  double loss(NodeId node, const Scalar* x, Workspace& workspace) const override;
  bool has_newton_directions() const override { return true; }
  std::vector<double> known_minimum() const override {
    return optimum_ ? std::vector<double>{optimum_->begin(), optimum_->end()} : std::vector<double>{};
  }
  Evaluation evaluate(const Scalar* x, const EvaluationScope& scope) const override;
  /// Exactly f, since there are no samples.
  std::vector<ModelScore> score(std::span<const Scalar* const> models, const ScoreScope& scope) const override;
  /// Traffic includes A_i and b_i besides x and g: d² + 3 d numbers, or 4 d if A_i is diagonal.
  Work step_work(NodeId node) const override;
  std::optional<double> smoothness() const override;
  std::optional<double> strong_convexity() const override;
  Eigen::MatrixXd hessian(NodeId node) const override;
  std::optional<double> added_noise() const override { return noise_; }
  std::optional<double> gradient_variance() const override;
  /// Known if all A_i are equal: then it is the variance of the b_i.
  std::optional<double> heterogeneity() const override;
  std::optional<double> heterogeneity_at_optimum() const override;
  Finding<std::vector<double>> minimizer() const override;
  /// Exact but for rounding. Cost: 4/3 d³ flops for each node, unless matrices are diagonal or the same.
  CurvatureConstants curvature_constants() const override;
  GradientNoise gradient_noise(const Scalar* x, NodeId nodes) const override;

  /// x*; empty unless Σ A_i is positive definite.
  const std::optional<Eigen::VectorXd>& optimum() const { return optimum_; }

 private:
  using Matrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;

  std::vector<Matrix> A_;
  Matrix b_;
  double noise_;
  std::uint64_t seed_;
  Eigen::MatrixXd mean_A_;  ///< d × d, or d × 1 if all are diagonal
  Eigen::VectorXd mean_b_;
  std::optional<Eigen::VectorXd> optimum_;

  mutable std::once_flag smoothness_once_, convexity_once_;
  mutable double smoothness_ = 0;
  mutable double convexity_ = 0;
};

}  // namespace gossamer
