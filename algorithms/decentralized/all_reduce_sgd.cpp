#include "algorithms/decentralized/all_reduce_sgd.hpp"

#include "algorithms/entry.hpp"

namespace gossamer {

Task all_reduce_sgd(Node& node, AllReduceSgd settings) {
  Params x = node.initial_params();
  const auto optimizer = settings.optimizer.start(node);
  while (node.running()) {
    const double eta = settings.step_size.at(node.steps());
    const Params own = co_await node.gradient(x);
    const Params mean = co_await node.all_reduce_mean(own);
    x = optimizer->step(x, eta, mean);
    node.report(x);
  }
}

AlgorithmEntry all_reduce_sgd_entry() {
  return algorithm<AllReduceSgd>(
      "all_reduce_sgd", "average all gradients, every step (Goyal et al. 2017)", all_reduce_sgd,
      {step_size<AllReduceSgd>(), optimizer<AllReduceSgd>("of the steps along the mean gradient")},
      "Goyal et al., \"Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour\", 2017, arXiv:1706.02677",
      {.cost = "one gradient; one all-reduce",
       .agrees = false,
       .all_reduces = true,
       .sums = {},
       .counterparts = {{"averaging_period", "local_sgd"}}});
}

}  // namespace gossamer
