#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/ground/input_error.hpp"
#include "sim/learning/sample_weights.hpp"
#include "sim/numerics/objective.hpp"
#include "sim/quantities.hpp"

namespace gossamer {

/// Thrown for data, models and partitions that cannot be used, with the value that was wrong.
class LearningError : public InputError {
 public:
  using InputError::InputError;
};

/// How good a model is. What a problem does not know stays empty.
///
/// f = (1/n) Σ_i f_i is the mean of the nodes' objectives, which is also what nodes that average with equal weights
/// minimize.
struct Evaluation {
  double train_loss = 0;                      ///< f(x), regularization included
  std::optional<double> pooled_train_loss;    ///< mean over all training samples, regularization included, if not f(x)
  std::optional<double> train_accuracy;       ///< share of all training samples that are classified right
  std::optional<double> test_loss;            ///< as train_loss, over the test part
  std::optional<double> test_accuracy;        ///< as train_accuracy, over the test part
  std::optional<double> gradient_norm;        ///< ‖∇f(x)‖₂
  std::optional<double> distance_to_optimum;  ///< ‖x − x*‖₂
  std::optional<double> suboptimality;        ///< f(x) − f(x*) = (x − x*)ᵀ ∇²f (x − x*)/2 of a quadratic f
};

/// What is looked at when a model is evaluated.
struct EvaluationScope {
  std::optional<Index> train_samples =
      {};                ///< a fixed random subset of that size estimates f, without bias; all samples if empty
  bool test = true;      ///< whether the test part is evaluated as well
  bool gradient = true;  ///< whether ‖∇f‖ is computed
  int threads = 1;       ///< results are bit-identical for any number
};

/// How good one of several models is: a few measures of it, at the cost of a few samples. Names as in `Evaluation`, and
/// f is that of all nodes together, whichever node's model x is.
struct ModelScore {
  double train_loss = 0;
  std::optional<double> train_accuracy = {};
  std::optional<double> test_loss = {};
  std::optional<double> test_accuracy = {};
};

/// By which samples models are scored. The subsets are fixed and random, the same for all models; that of the training
/// part is the one that `EvaluationScope` means by the same size.
struct ScoreScope {
  std::optional<Index> train_samples = {};  ///< all where empty
  std::optional<Index> test_samples = {};   ///< the same; 0 leaves the test part out
  int threads = 1;                          ///< results are bit-identical for any number
};

/// One layer z = W a + c of a model. Its parameters lie together: the rows of W (outputs × inputs), then c.
struct Layer {
  Index inputs = 0;
  Index outputs = 0;
};

/// An objective with the measures that records need.
template <class Scalar>
class Problem : public Objective<Scalar> {
 public:
  /// Measures of the model x ∈ R^d. Throws LearningError where `scope` asks for more samples than there are.
  virtual Evaluation evaluate(const Scalar* x, const EvaluationScope& scope) const = 0;

  /// A score for each of the models, which are points of R^d. Throws LearningError where `scope` asks for more samples
  /// than there are.
  virtual std::vector<ModelScore> score(std::span<const Scalar* const> models, const ScoreScope& scope) const = 0;

  /// Whether there is an accuracy.
  virtual bool classifies() const { return false; }

  /// L such that every f_i is L-smooth, and μ such that f is μ-strongly convex, where known. Computed when asked for,
  /// which may take a while.
  virtual std::optional<double> smoothness() const { return std::nullopt; }
  virtual std::optional<double> strong_convexity() const { return std::nullopt; }

  /// σ, the standard deviation of the noise that the model itself adds to each coordinate of a gradient; empty where
  /// gradients differ by their minibatches.
  virtual std::optional<double> added_noise() const { return std::nullopt; }

  /// How noisy gradients are and how unlike nodes are, where that is known exactly and is one number:
  /// σ² = E ‖∇F_i(x; ξ) − ∇f_i(x)‖² if it is the same at every node and x, ζ² = (1/n) Σ_i ‖∇f_i(x) − ∇f(x)‖² if it is
  /// the same at every x, and ζ*² = (1/n) Σ_i ‖∇f_i(x*)‖².
  virtual std::optional<double> gradient_variance() const { return std::nullopt; }
  virtual std::optional<double> heterogeneity() const { return std::nullopt; }
  virtual std::optional<double> heterogeneity_at_optimum() const { return std::nullopt; }

  /// Node-steps in which a node draws as many samples as nodes hold on average; empty where there are no samples.
  virtual std::optional<double> steps_per_epoch() const { return std::nullopt; }

  /// How much nodes count in f; empty where they hold no samples.
  virtual std::optional<NodeWeights> node_weights() const { return std::nullopt; }

  /// What one stochastic gradient at that node asks of a machine, on average over minibatches: the multiplications and
  /// additions of its sums of products, a handful per output or parameter beside them left out; and the compulsory
  /// traffic, each sample of the batch, x and g crossing between memory and processor once, in `Scalar`.
  virtual Work step_work(NodeId node) const = 0;

  /// The layers in the order of their parameters, which fill x; none where a model has no such structure.
  virtual std::vector<Layer> layers() const { return {}; }
};

}  // namespace gossamer
