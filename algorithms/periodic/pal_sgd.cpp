#include "algorithms/periodic/pal_sgd.hpp"

#include "algorithms/entry.hpp"

namespace gossamer {

Task pal_sgd(Node& node, PalSgd settings) {
  const double p = settings.pull_probability;
  const auto outer = settings.outer.start(node);
  Params anchor = node.initial_params();
  for (bool some_run = node.running(); some_run;) {
    Params x = anchor;
    for (int h = 0; h < settings.averaging_period; ++h) {
      const double eta = settings.step_size.at(node.steps());
      if (p > 0 && node.draws(Purpose::coin).uniform() < p) {
        x = x - (eta / p * settings.pull) * (x - anchor);
      } else {
        const Params g = co_await node.gradient(x);
        x = x - (eta / (1 - p)) * g;
      }
    }
    const Params mean = co_await node.all_reduce_mean(x);
    anchor = outer->step_to(anchor, mean);
    node.report(anchor);
    some_run = co_await node.all_reduce_mean(node.running() ? 1.0 : 0.0) > 0;
  }
}

AlgorithmEntry pal_sgd_entry() {
  return algorithm<PalSgd>(
      "pal_sgd", "local SGD whose nodes are pulled to the last mean between gradients (Naganuma et al. 2025)", pal_sgd,
      {step_size<PalSgd>(),
       averaging_period<PalSgd>(),
       {{"pull_probability", &PalSgd::pull_probability, from_until(0, 1), "p, probability that a step is a pull"},
        {"pull", &PalSgd::pull, at_least(0), "λ, strength of the pull"}},
       outer_optimizer<PalSgd>()},
      "Naganuma et al., \"Pseudo-Asynchronous Local SGD: Robust and Efficient Data-Parallel Training\", TMLR 2025, "
      "arXiv:2504.18454",
      {.cost = "(1 - p) H gradients; one all-reduce, and one of a number",
       .vectors = 3,
       .all_reduces = true,
       .steps_alike = false,
       .sums = {},
       .steps_per_averaging = {"averaging_period"}});
}

}  // namespace gossamer
