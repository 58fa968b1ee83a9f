#include "experiments/trace/local_scores.hpp"

#include <algorithm>
#include <cassert>

#include "sim/ground/random.hpp"
#include "sim/learning/data/sampling.hpp"

namespace gossamer {
namespace {

/// Draws of the nodes whose models are scored.
constexpr std::uint64_t of_nodes = 2;

/// A record's work on the mean model over that on the nodes' own.
constexpr Index share_of_evaluation = 20;
constexpr Index fewest_samples = 32;
constexpr Index scores_of_a_gradient = 2;

/// The direction in which a quantity is better.
enum class Better { small, large };

OverNodes summary(std::span<const ModelScore> scores, Better better, auto value) {
  OverNodes result;
  bool first = true;
  for (const ModelScore& score : scores) {
    const double x = value(score);
    result.mean += x / static_cast<double>(scores.size());
    const auto is_better = [better](double a, double b) { return better == Better::small ? a < b : a > b; };
    if (first || !is_better(x, result.worst)) result.worst = x;  // a NaN is the worst
    if (first || is_better(x, result.best)) result.best = x;
    first = false;
  }
  return result;
}

std::optional<OverNodes> summary_of(std::span<const ModelScore> scores, Better better,
                                    std::optional<double> ModelScore::*quantity) {
  if (!(scores.front().*quantity)) return std::nullopt;
  return summary(scores, better, [quantity](const ModelScore& score) { return *(score.*quantity); });
}

}  // namespace

std::vector<NodeId> scored_nodes(NodeId count, NodeId n, std::uint64_t seed) {
  const std::vector<Index> chosen = random_subset(n, std::min(count, n), {seed, Purpose::evaluation, 0, of_nodes});
  return {chosen.begin(), chosen.end()};
}

Index cheap_samples(const EvaluatedSamples& evaluated, NodeId nodes) {
  const Index work = evaluated.train * (evaluated.gradient ? 1 + scores_of_a_gradient : 1) + evaluated.test;
  const Index parts = evaluated.test > 0 ? 2 : 1;
  return std::max(fewest_samples, work / (share_of_evaluation * parts * (Index{nodes} + 1)));
}

LocalMeasures over_nodes(std::span<const ModelScore> scores) {
  assert(!scores.empty() && "no mean of nothing");
  return {.nodes = static_cast<NodeId>(scores.size()),
          .train_loss = summary(scores, Better::small, [](const ModelScore& score) { return score.train_loss; }),
          .train_accuracy = summary_of(scores, Better::large, &ModelScore::train_accuracy),
          .test_loss = summary_of(scores, Better::small, &ModelScore::test_loss),
          .test_accuracy = summary_of(scores, Better::large, &ModelScore::test_accuracy)};
}

LocalMeasures over_nodes(std::span<const ModelScore> scores, const ModelScore& mean_model,
                         const Evaluation& evaluation) {
  std::vector<ModelScore> estimates{scores.begin(), scores.end()};
  const auto accuracy = [](double x, double of_mean_model, double evaluated) {
    return std::clamp(evaluated + (x - of_mean_model), 0.0, 1.0);
  };
  for (ModelScore& estimate : estimates) {
    estimate.train_loss = evaluation.train_loss + (estimate.train_loss - mean_model.train_loss);
    if (estimate.train_accuracy)
      estimate.train_accuracy =
          accuracy(*estimate.train_accuracy, *mean_model.train_accuracy, *evaluation.train_accuracy);
    if (estimate.test_loss) estimate.test_loss = *evaluation.test_loss + (*estimate.test_loss - *mean_model.test_loss);
    if (estimate.test_accuracy)
      estimate.test_accuracy = accuracy(*estimate.test_accuracy, *mean_model.test_accuracy, *evaluation.test_accuracy);
  }
  return over_nodes(estimates);
}

}  // namespace gossamer
