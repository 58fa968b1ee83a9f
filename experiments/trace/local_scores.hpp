#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim/ground/quantities.hpp"
#include "sim/learning/problem.hpp"

/// The quality of the nodes' own models, besides their mean: at the same loss of the mean model, nodes of a sparse
/// graph may be much worse than those of a dense one.
namespace gossamer {

/// The nodes whose models a record scores, and the number of samples for it.
struct LocalScoring {
  std::vector<NodeId> nodes = {};           ///< ascending; none: no model is scored
  std::optional<Index> train_samples = {};  ///< at most; empty: all that the record evaluates
  std::optional<Index> test_samples = {};   ///< the same
};

/// `count` random nodes of n, by the address of the seed.
std::vector<NodeId> scored_nodes(NodeId count, NodeId n, std::uint64_t seed);

/// The samples on which a record evaluates the mean model.
struct EvaluatedSamples {
  Index train = 0;
  Index test = 0;
  bool gradient = true;  ///< whether the gradient is taken as well, at the cost of two scores
};

/// The number of samples of each part on which the models of so many nodes, and the mean model, can be scored for a
/// twentieth of the record's work on the mean model; at least 32, since fewer are too few.
Index cheap_samples(const EvaluatedSamples& evaluated, NodeId nodes);

/// A quantity over the scored nodes. The worst loss is the largest, the worst accuracy the smallest.
struct OverNodes {
  double mean = 0;
  double worst = 0;
  double best = 0;
};

/// The measures of the scored nodes' own models.
struct LocalMeasures {
  NodeId nodes = 0;  ///< the number of scored nodes
  OverNodes train_loss;
  std::optional<OverNodes> train_accuracy = {};
  std::optional<OverNodes> test_loss = {};
  std::optional<OverNodes> test_accuracy = {};
};

/// The measures from the scores of at least one model over all samples.
LocalMeasures over_nodes(std::span<const ModelScore> scores);

/// The same from scores over a subset S. The value of a quantity q for the mean model is known over all samples:
///
///     q(x_i) ≈ q(x̄) + q_S(x_i) − q_S(x̄)
///
/// This is the difference estimator of survey sampling (Cochran, "Sampling Techniques", Wiley 1977, chapter 7: a
/// regression whose slope is 1): chance enters only where x_i and x̄ differ, and models that are equal to their mean
/// have its values. Accuracies are kept within [0, 1].
LocalMeasures over_nodes(std::span<const ModelScore> scores, const ModelScore& mean_model,
                         const Evaluation& evaluation);

}  // namespace gossamer
