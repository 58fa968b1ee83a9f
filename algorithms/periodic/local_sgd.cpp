#include "algorithms/periodic/local_sgd.hpp"

#include "algorithms/entry.hpp"
#include "algorithms/parts/heavy_ball.hpp"

namespace gossamer {

Task local_sgd(Node& node, LocalSgd settings) {
  Params x = node.initial_params();
  HeavyBall momentum{settings.momentum};
  while (node.running()) {
    for (int h = 0; h < settings.averaging_period; ++h) {
      const double eta = settings.step_size.at(node.steps());
      const Params g = co_await node.gradient(x);
      x = momentum.step(x, eta, g);
    }
    x = co_await node.all_reduce_mean(x);
    node.report(x);
  }
}

AlgorithmEntry local_sgd_entry() {
  return algorithm<LocalSgd>(
      "local_sgd", "average all models every H steps (Stich 2019)", local_sgd,
      {step_size<LocalSgd>(),
       {{"averaging_period", &LocalSgd::averaging_period, at_least(1), "steps H between two averagings"}},
       momentum<LocalSgd>()},
      "Stich, \"Local SGD Converges Fast and Communicates Little\", ICLR 2019, arXiv:1805.09767",
      {.cost = "H gradients; one all-reduce",
       .all_reduces = true,
       .sums = {},
       .steps_per_averaging = {"averaging_period"}});
}

}  // namespace gossamer
