#include "algorithms/periodic/minibatch_saga.hpp"

#include <vector>

#include "algorithms/entry.hpp"

namespace gossamer {

Task minibatch_saga(Node& node, MinibatchSaga settings) {
  Params x = node.initial_params();
  const std::uint64_t samples = node.samples();
  const double per_node = co_await node.all_reduce_mean(static_cast<double>(samples));  // N/n
  std::vector<Params> remembered(samples, 0.0 * x);
  Params mean = 0.0 * x;
  Draws draws = node.draws(Purpose::component);
  while (node.running()) {
    const std::uint64_t j = draws.below(samples);
    const double eta = settings.step_size.at(node.steps());
    const Params g = co_await node.gradient(x, SampleSet::one(j));
    const Params change = g - remembered[j];
    remembered[j] = g;
    const Params h = co_await node.all_reduce_mean(change);
    x = x - eta * h - eta * mean;
    mean = mean + (1 / per_node) * h;
    node.report(x);
  }
}

AlgorithmEntry minibatch_saga_entry() {
  return algorithm<MinibatchSaga>(
      "minibatch_saga", "SAGA with a sample of every node in each step (Defazio et al. 2014)", minibatch_saga,
      {step_size<MinibatchSaga>()},
      "Defazio, Bach, Lacoste-Julien, \"SAGA: A Fast Incremental Gradient Method With Support for Non-Strongly Convex "
      "Composite Objectives\", NeurIPS 2014, arXiv:1407.0202",
      {.cost = "the gradient of one sample; one all-reduce",
       .vectors = 3,
       .agrees = false,
       .all_reduces = true,
       .exact = true,
       .sums = {},
       .steps_per_averaging = {}});
}

}  // namespace gossamer
