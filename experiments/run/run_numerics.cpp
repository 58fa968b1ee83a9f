#include "experiments/run/run_numerics.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <Eigen/Core>

#include "sim/learning/data/npy.hpp"
#include "sim/numerics/executor.hpp"

namespace gossamer {
namespace {

template <class Scalar>
class NumericsOf final : public RunNumerics {
 public:
  NumericsOf(const Experiment& experiment, const Problem<Scalar>& problem, int threads,
             std::optional<std::size_t> window)
      : problem_{problem},
        scope_{.train_samples = experiment.record.train_samples,
               .test = experiment.record.test,
               .gradient = experiment.record.gradient_norm,
               .threads = threads},
        local_{experiment.record.local},
        targets_{experiment.targets},
        executor_{
            {.objective = problem,
             .initial_params = [&start = experiment.initial_params](NodeId node, Scalar* x) { start.fill(node, x); },
             .common_initial_params = experiment.initial_params.shared(),
             .threads = threads,
             .window = window.value_or(Executor<Scalar>::default_window)}} {}

  DataPlane& plane() override { return executor_; }

  Measures measure(const ModelsSeen& models) override {
    Measures result;
    if (const auto node = executor_.first_non_finite(models.all)) {
      const double unknown = std::numeric_limits<double>::quiet_NaN();
      result.evaluation.train_loss = unknown;
      result.consensus_distance = unknown;
      result.non_finite = {.node = *node, .what = "its model holds a number that is not finite"};
      return result;
    }
    const Params mean = executor_.mean(models.all);
    const bool all = models.purpose == ModelsSeen::Purpose::sample;
    EvaluationScope scope = scope_;
    scope.gradient = scope.gradient && all;
    scope.test = scope.test && (all || targets_.accuracy || targets_.local_accuracy);
    result.evaluation = problem_.evaluate(executor_.read(mean), scope);
    if (all || targets_.consensus_distance) result.consensus_distance = executor_.consensus_distance(models.all, mean);
    if (all || targets_.local_loss || targets_.local_accuracy)
      result.local = score(models.scored, mean, result.evaluation, scope);
    if (!std::isfinite(result.evaluation.train_loss))
      result.non_finite = {.node = largest(models.all),
                           .what = "the loss of the mean model is not finite, and this node's model is the largest"};
    return result;
  }

  std::vector<double> mean(std::span<const Params> models) override { return executor_.values(executor_.mean(models)); }

  void write_npy(const std::filesystem::path& path, std::span<const Params> models) override {
    Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic> matrix(static_cast<Index>(models.size()),
                                                                 executor_.dimension());
    for (Index i = 0; i < matrix.rows(); ++i)
      matrix.row(i) = Eigen::Map<const Eigen::RowVectorX<Scalar>>(executor_.read(models[static_cast<std::size_t>(i)]),
                                                                  matrix.cols());
    gossamer::write_npy(path, matrix);
  }

 private:
  /// The measures of nodes' own models, given the mean model and its evaluation.
  std::optional<LocalMeasures> score(std::span<const Params> models, const Params& mean, const Evaluation& evaluation,
                                     const EvaluationScope& scope) {
    if (models.empty()) return std::nullopt;
    std::vector<const Scalar*> points;
    for (const Params& model : models) points.push_back(executor_.read(model));
    const bool by_some = local_.train_samples || local_.test_samples;
    if (by_some) points.push_back(executor_.read(mean));
    const std::vector<ModelScore> scores =
        problem_.score(points, {.train_samples = local_.train_samples ? local_.train_samples : scope.train_samples,
                                .test_samples = scope.test ? local_.test_samples : Index{0},
                                .threads = scope.threads});
    if (!by_some) return over_nodes(scores);
    return over_nodes(std::span{scores}.first(models.size()), scores.back(), evaluation);
  }

  /// The node whose model has the largest norm.
  NodeId largest(std::span<const Params> models) {
    NodeId node = 0;
    double largest = -1;
    for (std::size_t i = 0; i < models.size(); ++i) {
      const double norm = executor_.squared_norm(models[i]);
      if (norm > largest) {
        largest = norm;
        node = static_cast<NodeId>(i);
      }
    }
    return node;
  }

  const Problem<Scalar>& problem_;
  EvaluationScope scope_;
  LocalScoring local_;
  StopTargets targets_;
  Executor<Scalar> executor_;
};

}  // namespace

std::unique_ptr<RunNumerics> make_numerics(const Experiment& experiment, int threads,
                                           std::optional<std::size_t> window) {
  if (const auto* const problem = std::get_if<std::unique_ptr<Problem<float>>>(&experiment.problem))
    return std::make_unique<NumericsOf<float>>(experiment, **problem, threads, window);
  if (const auto* const problem = std::get_if<std::unique_ptr<Problem<double>>>(&experiment.problem))
    return std::make_unique<NumericsOf<double>>(experiment, **problem, threads, window);
  return nullptr;
}

}  // namespace gossamer
