#pragma once
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "sim/learning/data/dataset.hpp"
#include "sim/learning/data/partition.hpp"
#include "sim/learning/data/sample_weights.hpp"
#include "sim/learning/models/batches.hpp"
#include "sim/learning/models/model.hpp"
#include "sim/learning/models/sample_table.hpp"
#include "sim/learning/problem.hpp"
#include "sim/learning/theory/newton.hpp"

namespace gossamer {

/// Settings of a node's minibatches.
struct Minibatches {
  Index batch_size = 32;  ///< B; 0 means all samples of the node
  Sampling sampling = Sampling::with_replacement;
};

/// The objective of nodes that hold samples. Node i minimizes, by minibatches, the mean loss over its samples,
/// regularizer included, scaled as in `SampleWeights`. All nodes together minimize f = (1/n) Σ_i f_i.
///
/// f is the mean over all training samples if every sample is held, and if nodes hold equal numbers of samples or are
/// weighted by them. Otherwise the mean over all samples is measured in addition to f. A random subset of s samples
/// estimates f by m/s times its weighted sum.
///
/// Cost    a gradient costs as much as the model's; an evaluation reads every chosen sample once, or twice with the
///         gradient norm.
/// Errors  LearningError for a partition that does not fit the data.
template <class Scalar>
class EmpiricalRisk final : public Problem<Scalar> {
 public:
  EmpiricalRisk(std::shared_ptr<const Dataset> data, std::shared_ptr<const Partition> partition,
                std::unique_ptr<const Model<Scalar>> model, const Minibatches& minibatches, std::uint64_t seed,
                NodeWeights node_weights = NodeWeights::equal);

  Index dimension() const override { return model_->dimension(); }
  void gradient(NodeId node, std::uint64_t step, const Scalar* x, Scalar* g, Workspace& workspace) const override;
  /// For linear and logistic regression; see `solve_weighted_gram`.
  void newton_direction(NodeId node, const Scalar* x, const Scalar* g, Scalar* p, Workspace& workspace) const override;
  double loss(NodeId node, const Scalar* x, Workspace& workspace) const override;
  bool has_newton_directions() const override { return model_->has_curvatures(); }
  std::vector<double> known_minimum() const override;
  std::uint64_t samples_of(NodeId node) const override;
  double steps_per_pass(NodeId node) const override;
  void gradient_before(const GradientAddress& next, const GradientAddress& at, const Scalar* x, Scalar* g,
                       Workspace& workspace) const override;

  /// If the data make a least-squares problem of at most `largest_solved` dimensions with a unique solution, the first
  /// call computes it and keeps ∇²f, d × d.
  Evaluation evaluate(const Scalar* x, const EvaluationScope& scope) const override;

  std::vector<ModelScore> score(std::span<const Scalar* const> models, const ScoreScope& scope) const override;
  bool classifies() const override { return model_->classifies(); }

  /// L of the upper bound, and μ of the lower bound, in the model's `Curvature`. μ is exact up to `largest_solved`
  /// dimensions if the lower bound depends on the features; above that it is the lower bound λ.
  std::optional<double> smoothness() const override;
  std::optional<double> strong_convexity() const override;

  /// Zero with full batches, otherwise unknown.
  std::optional<double> gradient_variance() const override;
  std::optional<double> heterogeneity_at_optimum() const override;

  /// Of least squares by solving the normal equations; of other convex models with products with their Hessian by
  /// Newton's method, which the first call runs.
  Finding<std::vector<double>> minimizer() const override;
  /// From the model's `Curvature`, at every x. Without l2 the lower bound of some models is 0; then μ is that at x*.
  CurvatureConstants curvature_constants() const override;
  GradientNoise gradient_noise(const Scalar* x, NodeId nodes) const override;

  std::optional<double> steps_per_epoch() const override;
  std::optional<NodeWeights> node_weights() const override { return node_weights_; }
  /// A sample is p numbers of traffic, or, if sparse, a number and a 4-byte index for each stored value.
  Work step_work(NodeId node) const override;
  std::vector<Layer> layers() const override { return model_->layers(); }

  static constexpr Index largest_solved = 4096;

 private:
  struct Measures;
  ModelScore score_of(const Scalar* x, std::span<const Index> train, std::span<const Index> test) const;
  /// Some samples of one of the tables. `weights` contains the weight of each sample of that table, or is empty.
  struct Part {
    const SampleTable<Scalar>& table;
    const Eigen::VectorXd& weights;
    std::span<const Index> samples;
  };

  std::span<const Index> batch_at(const GradientAddress& at, Workspace& workspace) const;
  void gradient_of(NodeId node, const Batch<Scalar>& batch, const Scalar* x, Scalar* g, Workspace& workspace) const;
  void batch_gradient(const Batch<Scalar>& batch, const Scalar* x, Scalar* g, Workspace& workspace) const;
  std::vector<Index> random_subset(Index size) const;
  Measures measure(const Part& part, const Scalar* x, bool gradient, int threads) const;
  /// The minimum and the Hessian of f, if f is a quadratic with a unique minimum.
  struct Optimum {
    Eigen::VectorXd x;
    Eigen::MatrixXd hessian;
  };
  const std::optional<Optimum>& optimum() const;
  std::vector<double> smoothness_of_nodes(const Curvature& curvature) const;
  double least_convexity(const Curvature& curvature) const;

  Eigen::VectorXd full_gradient(const Scalar* x, int threads) const;
  Eigen::VectorXd full_hessian_product(const Eigen::VectorXd& x, const Eigen::VectorXd& v) const;
  ConvexFunction convex_function() const;
  NewtonSystems newton_systems() const;
  const NewtonEnd& newton_end() const;
  Finding<double> smoothness_of_mean(const Curvature& curvature, const std::vector<double>& of_nodes) const;
  Finding<double> convexity_of_mean(const Curvature& curvature) const;
  Finding<std::vector<double>> convexity_of_nodes(const Curvature& curvature) const;

  std::shared_ptr<const Dataset> data_;
  std::shared_ptr<const Partition> partition_;
  std::unique_ptr<const Model<Scalar>> model_;
  Minibatches minibatches_;
  NodeWeights node_weights_;
  SampleWeights weights_;
  std::uint64_t seed_;
  SampleTable<Scalar> train_;
  SampleTable<Scalar> test_;
  std::vector<Index> all_samples_;  ///< training samples, those of equal weight one after another

  mutable std::once_flag optimum_once_, smoothness_once_, convexity_once_, newton_once_;
  mutable std::optional<Optimum> optimum_;
  mutable NewtonEnd newton_end_;
  mutable std::vector<double> smoothness_;  ///< of each f_i
  mutable double convexity_ = 0;
};

}  // namespace gossamer
