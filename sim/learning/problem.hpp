#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/ground/input_error.hpp"
#include "sim/ground/quantities.hpp"
#include "sim/learning/data/sample_weights.hpp"
#include "sim/learning/theory/constants.hpp"
#include "sim/numerics/data_plane.hpp"
#include "sim/numerics/layer.hpp"
#include "sim/numerics/objective.hpp"

namespace gossamer {

/// Thrown for data, models and partitions that cannot be used, with the wrong value.
class LearningError : public InputError {
 public:
  using InputError::InputError;
};

/// Measures of a model. Measures that a problem cannot compute are empty.
///
/// f = (1/n) Σ_i f_i is the mean of the nodes' objectives. Nodes that average with equal weights minimize f, too.
struct Evaluation {
  double train_loss = 0;  ///< f(x), regularization included
  /// Mean over all training samples, regularization included, if it is not f(x).
  std::optional<double> pooled_train_loss;
  std::optional<double> train_accuracy;       ///< fraction of all training samples that are classified correctly
  std::optional<double> test_loss;            ///< as train_loss, over the test part
  std::optional<double> test_accuracy;        ///< as train_accuracy, over the test part
  std::optional<double> gradient_norm;        ///< ‖∇f(x)‖₂
  std::optional<double> distance_to_optimum;  ///< ‖x − x*‖₂
  std::optional<double> suboptimality;        ///< f(x) − f(x*); (x − x*)ᵀ ∇²f (x − x*)/2 of a quadratic f
};

/// The scope of an evaluation.
struct EvaluationScope {
  /// A fixed random subset of this size estimates f, without bias; all samples if empty.
  std::optional<Index> train_samples = {};
  bool test = true;      ///< true to evaluate the test part as well
  bool gradient = true;  ///< true to compute ‖∇f‖
  int threads = 1;       ///< results are bit-identical for any number
};

/// Measures of one of several models, at the cost of a few samples. Names are as in `Evaluation`; f is that of all
/// nodes together, for the model x of any node.
struct ModelScore {
  double train_loss = 0;
  std::optional<double> train_accuracy = {};
  std::optional<double> test_loss = {};
  std::optional<double> test_accuracy = {};
};

/// The samples by which models are scored. The subsets are fixed and random, the same for all models. The training
/// subset is that of an `EvaluationScope` of the same size.
struct ScoreScope {
  std::optional<Index> train_samples = {};  ///< all if empty
  std::optional<Index> test_samples = {};   ///< all if empty; 0 leaves the test part out
  int threads = 1;                          ///< results are bit-identical for any number
};

class InitialParams;

/// An objective with the measures that records need, of either scalar type. Models are those of a data plane that it
/// made.
class AnyProblem {
 public:
  virtual ~AnyProblem() = default;

  /// d, the length of a parameter vector.
  virtual Index dimension() const = 0;

  /// A data plane for this problem and in its scalar type, whose nodes start from `start`. Both must outlive it.
  /// `window`: the number of operations that are recorded before they are executed.
  virtual std::unique_ptr<DataPlane> make_plane(const InitialParams& start, int threads,
                                                std::optional<std::size_t> window = {}) const = 0;

  /// Measures of a model. Throws LearningError if `scope` has more samples than there are.
  virtual Evaluation evaluate_on(DataPlane& plane, const Params& model, const EvaluationScope& scope) const = 0;

  /// A score for each of the models. Throws LearningError if `scope` has more samples than there are.
  virtual std::vector<ModelScore> score_on(DataPlane& plane, std::span<const Params> models,
                                           const ScoreScope& scope) const = 0;

  /// True if the problem has an accuracy.
  virtual bool classifies() const { return false; }

  /// L such that every f_i is L-smooth, and μ such that f is μ-strongly convex, if known. They are computed at the
  /// first call, which may take some time.
  virtual std::optional<double> smoothness() const { return std::nullopt; }
  virtual std::optional<double> strong_convexity() const { return std::nullopt; }

  /// σ, the standard deviation of the noise that the model itself adds to each coordinate of a gradient; empty if
  /// gradients differ by their minibatches.
  virtual std::optional<double> added_noise() const { return std::nullopt; }

  /// The noise of gradients and the heterogeneity of nodes, if known exactly as one number:
  /// σ² = E ‖∇F_i(x; ξ) − ∇f_i(x)‖² if it is the same at every node and x, ζ² = (1/n) Σ_i ‖∇f_i(x) − ∇f(x)‖² if it is
  /// the same at every x, and ζ*² = (1/n) Σ_i ‖∇f_i(x*)‖².
  virtual std::optional<double> gradient_variance() const { return std::nullopt; }
  virtual std::optional<double> heterogeneity() const { return std::nullopt; }
  virtual std::optional<double> heterogeneity_at_optimum() const { return std::nullopt; }

  /// Node-steps in which a node draws as many samples as nodes hold on average; empty if there are no samples.
  virtual std::optional<double> steps_per_epoch() const { return std::nullopt; }

  /// The weights of nodes in f; empty if they hold no samples.
  virtual std::optional<NodeWeights> node_weights() const { return std::nullopt; }

  /// The work of one stochastic gradient at that node, on average over minibatches. FLOPs are the multiplications and
  /// additions of its sums of products, without a few per output or parameter. Bytes are the compulsory traffic, where
  /// each sample of the batch, x and g move between memory and processor once, in the problem's scalar type.
  virtual Work step_work(NodeId node) const = 0;

  /// m_i, the number of the node's samples; 1 if there are none.
  virtual std::uint64_t samples_of(NodeId /*node*/) const { return 1; }
  /// The time of a gradient over all samples of the node, in gradients over a minibatch.
  virtual double steps_per_pass(NodeId /*node*/) const { return 1; }
  /// x*, the minimum of f; empty if it is not known.
  virtual std::vector<double> known_minimum() const { return {}; }
  /// x*, searched for if it is not known in advance, which may take some time; or why there is none.
  virtual Finding<std::vector<double>> minimizer() const;
  /// L and μ of f and of every f_i, or why they are not known. May take some time.
  virtual CurvatureConstants curvature_constants() const;
  /// Whether `Objective::newton_direction` works.
  virtual bool has_newton_directions() const { return false; }

  /// The layers in the order of their parameters, which fill x; empty if a model has no such structure.
  virtual std::vector<Layer> layers() const { return {}; }
};

/// The same in one scalar type.
template <class Scalar>
class Problem : public Objective<Scalar>, public AnyProblem {
 public:
  using Objective<Scalar>::dimension;

  /// Measures of the model x ∈ R^d. Throws LearningError if `scope` has more samples than there are.
  virtual Evaluation evaluate(const Scalar* x, const EvaluationScope& scope) const = 0;

  /// A score for each of the models, which are points of R^d. Throws LearningError if `scope` has more samples than
  /// there are.
  virtual std::vector<ModelScore> score(std::span<const Scalar* const> models, const ScoreScope& scope) const = 0;

  /// σ_i² of each of the nodes at the model x ∈ R^d. Estimated from pairs of gradients unless a problem has a formula.
  virtual GradientNoise gradient_noise(const Scalar* x, NodeId nodes) const;

  std::unique_ptr<DataPlane> make_plane(const InitialParams& start, int threads,
                                        std::optional<std::size_t> window = {}) const final;
  Evaluation evaluate_on(DataPlane& plane, const Params& model, const EvaluationScope& scope) const final;
  std::vector<ModelScore> score_on(DataPlane& plane, std::span<const Params> models,
                                   const ScoreScope& scope) const final;
};

extern template class Problem<float>;
extern template class Problem<double>;

}  // namespace gossamer
