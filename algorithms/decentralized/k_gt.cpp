#include "algorithms/decentralized/k_gt.hpp"

#include "algorithms/entry.hpp"
#include "algorithms/parts/averaging.hpp"
#include "algorithms/parts/corrected_steps.hpp"

namespace gossamer {

Task k_gt(Node& node, KGt settings) {
  const int steps = settings.local_steps;
  Params x = node.initial_params();
  Params c = 0.0 * x;
  for (std::uint64_t k = 0; node.running(); ++k) {
    const double eta = settings.step_size.at(node.steps());
    const Params end = co_await corrected_steps(node, x, steps, eta, c);
    const Params z = 1 / (steps * eta) * (x - end);
    Averaging models{node, k, x + settings.communication_step * (end - x)};
    Averaging ways{node, k, z};
    x = co_await models.sum();
    c = c - z + co_await ways.sum();
    node.report(x);
  }
}

AlgorithmEntry k_gt_entry() {
  using enum Need::What;
  return algorithm<KGt>(
      "k_gt", "gradient tracking with local steps: exact for every number of them (Liu et al. 2023)", k_gt,
      {step_size<KGt>(),
       {{"local_steps", &KGt::local_steps, at_least(1), "steps K in a round"},
        {"communication_step", &KGt::communication_step, above_up_to(0, 1),
         "fraction of the way of the local steps that is averaged"}}},
      "Liu, Lin, Koloskova, Stich, \"Decentralized Gradient Tracking with Local Steps\", 2023, arXiv:2301.01313",
      {.cost = two_payloads,
       .vectors = 2,
       .exact = true,
       .exact_locally = true,
       .needs = {{aperiodic}},
       .stochastic = false});
}

}  // namespace gossamer
