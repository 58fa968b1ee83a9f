#include "algorithms/periodic/cocod_sgd.hpp"

#include <optional>
#include <utility>

#include "algorithms/entry.hpp"
#include "algorithms/parts/local_run.hpp"

namespace gossamer {

Task cocod_sgd(Node& node, CocodSgd settings) {
  LocalRun local{node, settings.step_size, settings.momentum};
  Params x = node.initial_params();
  Params sent;
  std::optional<Pending> averaging;
  int steps = settings.averaging_period + (settings.longer_first_period ? 1 : 0);
  while (node.running()) {
    x = co_await local.from(std::move(x), steps);
    steps = settings.averaging_period;
    if (averaging) x = co_await *averaging + (x - sent);
    sent = x;
    if (node.running()) averaging = node.all_reduce_mean(sent);
    node.report(x);
  }
}

AlgorithmEntry cocod_sgd_entry() {
  return algorithm<CocodSgd>(
      "cocod_sgd", "add the steps made during an all-reduce to its mean (Shen et al. 2019)", cocod_sgd,
      {step_size<CocodSgd>(), averaging_period<CocodSgd>(), momentum<CocodSgd>(), longer_first_period<CocodSgd>()},
      "Shen, Xu, Liu, Chen, Cheng, \"Faster Distributed Deep Net Training: Computation and Communication Decoupled "
      "Stochastic Gradient Descent\", IJCAI 2019, arXiv:1906.12043",
      {.cost = "H gradients; one all-reduce, in flight meanwhile",
       .vectors = 2,
       .all_reduces = true,
       .sums = {},
       .steps_per_averaging = {"averaging_period"}});
}

}  // namespace gossamer
