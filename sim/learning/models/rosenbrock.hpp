#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim/learning/models/model_registry.hpp"
#include "sim/learning/problem.hpp"

namespace gossamer {

/// Rosenbrock's function of pairs of variables, the same for every node: a narrow curved valley of a function that is not
/// convex.
///
///     f(x) = Σ_k (1 − x_{2k})² + 100 (x_{2k+1} − x_{2k}²)²        (a sum over the pairs k = 0 … d/2 − 1)
///     ∇F_i(x; ξ) = ∇f(x) + s ξ        ξ ~ N(0, I), drawn at the address (node, step); σ² = d s²
///
/// Rosenbrock, "An Automatic Method for Finding the Greatest or Least Value of a Function", The Computer Journal 3, 1960.
/// The only minimum is x* = (1, …, 1), with f(x*) = 0; there the Hessian of a pair has the eigenvalues 501 ± √250601, so
/// 1001.6 and 0.399. No L holds for all x.
/// Shapes  x ∈ R^d, d even.
/// Cost    4 d flops, and d normal draws if s > 0.
/// Errors  LearningError if d is odd or below 2.
template <class Scalar>
class Rosenbrock final : public Problem<Scalar> {
 public:
  /// `noise` is s ≥ 0, the standard deviation of each coordinate of a stochastic gradient.
  explicit Rosenbrock(Index dimension = 2, double noise = 0, std::uint64_t seed = 1);

  Index dimension() const override { return dimension_; }
  void gradient(NodeId node, std::uint64_t step, const Scalar* x, Scalar* g, Workspace& workspace) const override;
  double loss(NodeId node, const Scalar* x, Workspace& workspace) const override;
  std::vector<double> known_minimum() const override;
  Evaluation evaluate(const Scalar* x, const EvaluationScope& scope) const override;
  /// Exactly f, since there are no samples.
  std::vector<ModelScore> score(std::span<const Scalar* const> models, const ScoreScope& scope) const override;
  Work step_work(NodeId node) const override;
  std::optional<double> added_noise() const override { return noise_; }
  std::optional<double> gradient_variance() const override;
  GradientNoise gradient_noise(const Scalar*, NodeId nodes) const override {
    return same_noise(nodes, *gradient_variance(), "d times the square of \"noise\"");
  }
  std::optional<double> heterogeneity() const override { return 0; }
  std::optional<double> heterogeneity_at_optimum() const override { return 0; }

 private:
  Index dimension_;
  double noise_;
  std::uint64_t seed_;
};

template <class Scalar>
ModelEntry<Scalar> rosenbrock_entry();

}  // namespace gossamer
