#include "experiments/trace/measures.hpp"

#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

namespace gossamer {
namespace {

/// The samples that are evaluated. A check of targets leaves out the measures that no target needs.
EvaluationScope scope_of(const Experiment& experiment, const DataPlane& plane, MeasuredModels::Purpose purpose) {
  const bool all = purpose == MeasuredModels::Purpose::sample;
  const RecordSettings& record = experiment.record;
  return {.train_samples = record.train_samples,
          .test = record.test && (all || experiment.targets.accuracy || experiment.targets.local_accuracy),
          .gradient = record.gradient_norm && all,
          .threads = plane.threads()};
}

/// The measures of nodes' own models, given the mean model and its evaluation.
std::optional<LocalMeasures> score(const Experiment& experiment, DataPlane& plane, std::span<const Params> models,
                                   const Params& mean, const Evaluation& evaluation, const EvaluationScope& scope) {
  if (models.empty()) return std::nullopt;
  const LocalScoring& local = experiment.record.local;
  std::vector<Params> points{models.begin(), models.end()};
  const bool by_some = local.train_samples || local.test_samples;
  if (by_some) points.push_back(mean);
  const std::vector<ModelScore> scores =
      experiment.problem->score_on(plane, points,
                                   {.train_samples = local.train_samples ? local.train_samples : scope.train_samples,
                                    .test_samples = scope.test ? local.test_samples : Index{0},
                                    .threads = scope.threads});
  if (!by_some) return over_nodes(scores);
  return over_nodes(std::span{scores}.first(models.size()), scores.back(), evaluation);
}

/// The position of the model with the largest norm.
std::size_t largest(DataPlane& plane, std::span<const Params> models) {
  std::size_t position = 0;
  double largest = -1;
  for (std::size_t i = 0; i < models.size(); ++i) {
    const double norm = plane.squared_norm(models[i]);
    if (norm > largest) {
      largest = norm;
      position = i;
    }
  }
  return position;
}

/// From the measures of E x̄ to the expectations of those of x̄.
void add_variance(const SecondMoments& moments, Measures& measures) {
  const auto expected_square = [](std::optional<double>& norm, double variance) {
    const std::optional<double> known = std::exchange(norm, std::nullopt);
    return known ? std::optional{*known * *known + variance} : std::nullopt;
  };
  Evaluation& evaluation = measures.evaluation;
  evaluation.train_loss += moments.loss;
  if (evaluation.suboptimality) *evaluation.suboptimality += moments.loss;
  measures.squares = {.gradient_norm = expected_square(evaluation.gradient_norm, moments.gradient_square),
                      .distance_to_optimum = expected_square(evaluation.distance_to_optimum, moments.square)};
}

/// The same for the nodes' own models, over which only the mean has an expectation that is known.
void add_variances(const MomentsPlane& plane, std::span<const Params> models, LocalMeasures& local) {
  for (const Params& x : models) local.train_loss.mean += plane.moments(x).loss / static_cast<double>(models.size());
  local.train_loss.worst = local.train_loss.best = std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

Measures measure(const Experiment& experiment, DataPlane& plane, const MeasuredModels& models) {
  Measures result;
  if (const auto position = plane.first_non_finite(models.all)) {
    const double unknown = std::numeric_limits<double>::quiet_NaN();
    result.evaluation.train_loss = unknown;
    result.consensus_distance = unknown;
    result.non_finite = {.position = *position, .what = "its model holds a number that is not finite"};
    return result;
  }
  const Params mean = plane.mean(models.all);
  const Params& measured = models.server ? models.server : mean;
  const bool all = models.purpose == MeasuredModels::Purpose::sample;
  const EvaluationScope scope = scope_of(experiment, plane, models.purpose);
  const StopTargets& targets = experiment.targets;
  result.evaluation = experiment.problem->evaluate_on(plane, measured, scope);
  if (all || targets.consensus_distance) result.consensus_distance = plane.consensus_distance(models.all, mean);
  if (all || targets.local_loss || targets.local_accuracy)
    result.local = score(experiment, plane, models.scored, measured, result.evaluation, scope);
  if (!std::isfinite(result.evaluation.train_loss))
    result.non_finite = {.position = largest(plane, models.all),
                         .what = "the loss of the mean model is not finite, and this node's model is the largest"};
  return result;
}

Measures measure_moments(const Experiment& experiment, MomentsPlane& plane, const MeasuredModels& models) {
  const auto means_of = [&plane](std::span<const Params> all) {
    std::vector<Params> means;
    for (const Params& x : all) means.push_back(plane.mean_of(x));
    return means;
  };
  const std::vector<Params> all = means_of(models.all), scored = means_of(models.scored);
  Measures result = measure(experiment, plane.means(),
                            {.all = all,
                             .server = models.server ? plane.mean_of(models.server) : Params{},
                             .scored = scored,
                             .purpose = models.purpose});
  if (result.non_finite) return result;
  if (const auto position = plane.first_non_finite(models.all)) {
    result.non_finite = {.position = *position, .what = "the variance of its model is not finite"};
    return result;
  }
  const Params mean = plane.mean(models.all);
  const SecondMoments moments = plane.moments(models.server ? models.server : mean);
  add_variance(moments, result);
  result.consensus_distance += plane.consensus_of_noise(models.all, mean);
  if (result.local) add_variances(plane, models.scored, *result.local);
  return result;
}

}  // namespace gossamer
