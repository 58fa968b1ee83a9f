#include "experiments/trace/local_scores.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include <doctest/doctest.h>

namespace gossamer {
namespace {

TEST_CASE("Mean, worst and best are over nodes: the worst loss is the largest, the worst accuracy the smallest") {
  const std::vector<ModelScore> scores{
      {.train_loss = 1, .train_accuracy = 0.5, .test_loss = 3, .test_accuracy = 0.25},
      {.train_loss = 4, .train_accuracy = 1, .test_loss = 2, .test_accuracy = 0.5},
      {.train_loss = 1.75, .train_accuracy = 0.75, .test_loss = 1, .test_accuracy = 0.75}};
  const LocalMeasures local = over_nodes(scores);
  CHECK(local.nodes == 3);
  CHECK(local.train_loss.mean == doctest::Approx(2.25).epsilon(1e-15));
  CHECK(local.train_loss.worst == 4);
  CHECK(local.train_loss.best == 1);
  CHECK(local.train_accuracy->worst == 0.5);
  CHECK(local.train_accuracy->best == 1);
  CHECK(local.test_loss->mean == doctest::Approx(2).epsilon(1e-15));
  CHECK(local.test_accuracy->worst == 0.25);
  CHECK(local.test_accuracy->best == 0.75);
  CHECK(!over_nodes(std::vector<ModelScore>{{.train_loss = 2}}).train_accuracy);
}

TEST_CASE("Scores over some samples are differences from the mean model's score, added to its score over all samples") {
  const std::vector<ModelScore> scores{
      {.train_loss = 1.5, .train_accuracy = 0.75, .test_loss = {}, .test_accuracy = {}},
      {.train_loss = 1, .train_accuracy = 1, .test_loss = {}, .test_accuracy = {}}};
  const ModelScore mean{.train_loss = 1, .train_accuracy = 0.875, .test_loss = {}, .test_accuracy = {}};
  Evaluation evaluation;
  evaluation.train_loss = 2;
  evaluation.train_accuracy = 0.9375;
  const LocalMeasures local = over_nodes(scores, mean, evaluation);
  CHECK(local.train_loss.worst == 2 + 0.5);
  CHECK(local.train_loss.best == 2);  // as good as the mean model on the samples: as good on all
  CHECK(local.train_accuracy->worst == 0.9375 - 0.125);
  CHECK(local.train_accuracy->best == 1);  // and not 0.9375 + 0.125: no more than all are right
}

TEST_CASE("Scored nodes are drawn once by the seed, and no node twice") {
  const auto nodes = scored_nodes(8, 100, 5);
  CHECK(nodes == scored_nodes(8, 100, 5));
  CHECK(nodes != scored_nodes(8, 100, 6));
  CHECK(std::set<NodeId>(nodes.begin(), nodes.end()).size() == 8);
  CHECK(std::is_sorted(nodes.begin(), nodes.end()));
  CHECK(scored_nodes(8, 3, 5) == std::vector<NodeId>{0, 1, 2});
  CHECK(scored_nodes(0, 3, 5).empty());
}

TEST_CASE("By default scores take a twentieth of the work that the evaluation of the mean model takes") {
  // 12800 scores and as many gradients, which take two scores each, and 2000 scores of the test part: 40400. Nine
  // models by s samples of each part are 18 s.
  CHECK(cheap_samples({.train = 12800, .test = 2000}, 8) == 40400 / 20 / 18);
  CHECK(cheap_samples({.train = 12800, .test = 0, .gradient = false}, 7) == 12800 / 20 / 8);
  CHECK(cheap_samples({.train = 100, .test = 0}, 8) == 32);  // fewer say nothing
}

}  // namespace
}  // namespace gossamer
