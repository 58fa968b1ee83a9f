#pragma once
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "sim/learning/batches.hpp"
#include "sim/learning/dataset.hpp"
#include "sim/learning/model.hpp"
#include "sim/learning/partition.hpp"
#include "sim/learning/problem.hpp"
#include "sim/learning/sample_table.hpp"

namespace gossamer {

/// How a node draws its minibatches.
struct Minibatches {
  Index batch_size = 32;  ///< B; 0 takes all samples of the node
  Sampling sampling = Sampling::with_replacement;
};

/// What nodes that hold samples minimize: node i, by minibatches, the mean loss over its samples; all together, the
/// mean loss over all training samples (the mean of the nodes' objectives where all hold equally many).
///
/// Cost    a gradient is that of the model; evaluating looks at every chosen sample once, twice with the gradient norm.
/// Errors  LearningError for a partition that does not fit the data.
template <class Scalar>
class EmpiricalRisk final : public Problem<Scalar> {
 public:
  EmpiricalRisk(std::shared_ptr<const Dataset> data, std::shared_ptr<const Partition> partition,
                std::unique_ptr<const Model<Scalar>> model, const Minibatches& minibatches, std::uint64_t seed);

  Index dimension() const override { return model_->dimension(); }
  void gradient(NodeId node, std::uint64_t step, const Scalar* x, Scalar* g, Workspace& workspace) const override;

  /// Where the data make a least-squares problem of at most `largest_solved` dimensions with a single solution, the
  /// first call finds it; before that the distance to the optimum costs nothing.
  Evaluation evaluate(const Scalar* x, const EvaluationScope& scope) const override;

  /// Of the bound that the model's `Curvature` gives; μ is known exactly up to `largest_solved` dimensions where the
  /// features enter it, and bounded by λ above.
  std::optional<double> smoothness() const override;
  std::optional<double> strong_convexity() const override;

  std::optional<double> steps_per_epoch() const override;
  /// Samples cross as p numbers each, or, where they are sparse, as a number and a 4-byte index for each stored one.
  Work step_work(NodeId node) const override;
  std::vector<Layer> layers() const override { return model_->layers(); }

  static constexpr Index largest_solved = 4096;

 private:
  struct Measures;
  Measures measure(const SampleTable<Scalar>& table, std::span<const Index> samples, const Scalar* x, bool gradient,
                   int threads) const;
  const std::optional<Eigen::VectorXd>& optimum() const;

  std::shared_ptr<const Dataset> data_;
  std::shared_ptr<const Partition> partition_;
  std::unique_ptr<const Model<Scalar>> model_;
  Minibatches minibatches_;
  std::uint64_t seed_;
  SampleTable<Scalar> train_;
  SampleTable<Scalar> test_;

  mutable std::once_flag optimum_once_;
  mutable std::optional<Eigen::VectorXd> optimum_;
};

}  // namespace gossamer
