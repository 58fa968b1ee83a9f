#include "algorithms/periodic/easgd.hpp"

#include "algorithms/entry.hpp"
#include "algorithms/parts/heavy_ball.hpp"

namespace gossamer {

Task easgd(Node& node, Easgd settings) {
  const double alpha = settings.pull / node.workers();
  HeavyBall momentum{settings.momentum};
  Params x = node.initial_params();
  Params z = x;
  while (node.running()) {
    for (int h = 0; h < settings.period; ++h) {
      const double eta = settings.step_size.at(node.steps());
      const Params g = co_await node.gradient(x);
      x = momentum.step(x, eta, g);
    }
    const Params mean = co_await node.all_reduce_mean(x);
    x = x - alpha * (x - z);
    z = z + settings.pull * (mean - z);
    node.report(z);
  }
}

AlgorithmEntry easgd_entry() {
  return algorithm<Easgd>(
      "easgd", "models and a common center pull each other every H steps (Zhang et al. 2015)", easgd,
      {step_size<Easgd>(),
       {{"period", &Easgd::period, at_least(1), "H, steps between two exchanges"},
        {"pull", &Easgd::pull, above_up_to(0, 1), "ρ = n α: the center moves by ρ of its distance to the mean"}},
       momentum<Easgd>()},
      "Zhang, Choromanska, LeCun, \"Deep learning with Elastic Averaging SGD\", NeurIPS 2015, arXiv:1412.6651",
      {.cost = "H gradients; one all-reduce",
       .vectors = 2,
       .all_reduces = true,
       .sums = {},
       .steps_per_averaging = {"period"},
       .counterparts = {{"elasticity", "async_easgd"}}});
}

}  // namespace gossamer
