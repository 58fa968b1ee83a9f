#include "algorithms/decentralized/lead.hpp"

#include "algorithms/entry.hpp"
#include "algorithms/parts/averaging.hpp"

namespace gossamer {

Task lead(Node& node, Lead settings) {
  const double alpha = settings.reference_step;
  Direction direction{node, settings.local, settings.step_size};
  Params x = node.initial_params();
  Params h = 0.0 * x, h_mixed = h, dual = h;
  for (std::uint64_t k = 0; node.running(); ++k) {
    const double eta = settings.step_size.at(node.steps());
    const Params adapted = x - eta * co_await direction.at(x);
    if (k > 0) {
      Averaging averaging{node, k - 1, adapted - eta * dual - h, settings.compressor.get(), Averaging::Of::differences};
      const Params y = h + averaging.own();
      const Params y_mixed = h_mixed + co_await averaging.sum();
      h = (1 - alpha) * h + alpha * y;
      h_mixed = (1 - alpha) * h_mixed + alpha * y_mixed;
      dual = dual + (settings.consensus_step / (2 * eta)) * (y - y_mixed);
    }
    x = k > 0 ? Params{adapted - eta * dual} : adapted;
    node.report(x);
  }
}

AlgorithmEntry lead_entry() {
  using enum Need::What;
  return algorithm<Lead>(
      "lead", "exact with one local step, and linear in spite of compression (Liu et al. 2021)", lead,
      {step_size<Lead>(),
       compressor<Lead>(),
       consensus_step<Lead>(above(0)),
       {{"reference_step", &Lead::reference_step, above_up_to(0, 1), "α, how fast references follow"}},
       inexact_local_steps<Lead>()},
      "Liu, Li, Wang, Tang, Yan, \"Linear Convergent Decentralized Optimization with Compression\", "
      "ICLR 2021, arXiv:2007.00232",
      {.cost = one_code, .vectors = 4, .exact = true, .needs = {{fixed}, {symmetric}}, .stochastic = false});
}

}  // namespace gossamer
