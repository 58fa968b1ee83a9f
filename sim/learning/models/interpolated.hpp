#pragma once
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "sim/learning/models/interpolation.hpp"
#include "sim/learning/models/model_registry.hpp"
#include "sim/learning/problem.hpp"

namespace gossamer {

/// The objectives f_i of n nodes, each given by some points.
struct InterpolatedTerms {
  FunctionClass among;                                    ///< the class of every f_i
  std::vector<FunctionPoints> nodes;                      ///< one for each node; numbers of points may differ
  std::optional<Eigen::VectorXd> optimum = std::nullopt;  ///< x*, if it is known
};

/// Throws LearningError unless 0 ≤ μ < L, all numbers are finite, every node has points, which a function of the class has
/// up to 1e-4 of the terms of `largest_gap`, and the mean gradient at x* is zero up to 1e-4 of the largest gradient. The
/// message begins with `source`.
void check_interpolated(const InterpolatedTerms& terms, const std::string& source);

/// Reads {"mu": μ, "L": L, "optimum": x*, "nodes": [{"x": [x_1, …, x_P], "g": [g_1, …, g_P], "f": [f_1, …, f_P]}, …]}: for
/// each node P points and gradients of d numbers, and P values. The optimum may be missing.
/// Errors  LearningError with the file's name and the JSON pointer to the error, and as `check_interpolated`.
InterpolatedTerms read_interpolated(const std::filesystem::path& file);

/// Convex functions through given points, such as those of a worst case: see `Interpolation`. Gradients have no noise.
///
/// Cost    that of `Interpolation`.
/// Errors  LearningError as `check_interpolated`.
template <class Scalar>
class Interpolated final : public Problem<Scalar> {
 public:
  explicit Interpolated(const InterpolatedTerms& terms);

  Index dimension() const override { return functions_.front().dimension(); }
  void gradient(NodeId node, std::uint64_t step, const Scalar* x, Scalar* g, Workspace& workspace) const override;
  double loss(NodeId node, const Scalar* x, Workspace& workspace) const override;
  std::vector<double> known_minimum() const override;
  /// The suboptimality is f(x) − f(x*), where f is computed at both points.
  Evaluation evaluate(const Scalar* x, const EvaluationScope& scope) const override;
  /// Exactly f, since there are no samples.
  std::vector<ModelScore> score(std::span<const Scalar* const> models, const ScoreScope& scope) const override;
  /// Two passes over z_1, …, z_P, for the slopes of one exchange.
  Work step_work(NodeId node) const override;
  std::optional<double> smoothness() const override { return among_.L; }
  /// μ of the class, if it is above zero: that of f may be larger.
  std::optional<double> strong_convexity() const override;
  std::optional<double> added_noise() const override { return 0; }
  std::optional<double> gradient_variance() const override { return 0; }
  std::optional<double> heterogeneity_at_optimum() const override;

 private:
  using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;

  double mean_at(const Eigen::VectorXd& x, Eigen::VectorXd& g) const;
  Eigen::VectorXd point(const Scalar* x) const;

  FunctionClass among_;
  std::vector<Interpolation> functions_;
  std::optional<Eigen::VectorXd> optimum_;
  double least_ = 0;  ///< f(x*), if x* is known
};

template <class Scalar>
ModelEntry<Scalar> interpolated_entry();

}  // namespace gossamer
