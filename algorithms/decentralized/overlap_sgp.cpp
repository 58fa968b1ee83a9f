#include "algorithms/decentralized/overlap_sgp.hpp"

#include "algorithms/entry.hpp"
#include "algorithms/parts/push_sum.hpp"

namespace gossamer {

Task overlap_sgp(Node& node, OverlapSgp settings) {
  Direction direction{node, settings.local, settings.step_size};
  PushSum sums{node, node.initial_params()};
  Params z = sums.numerator();
  for (std::uint64_t k = 0; node.running(); ++k) {
    for (int step = 0; step < settings.overlap && node.running(); ++step) {
      const double eta = settings.step_size.at(node.steps());
      const Params g = co_await direction.at(z);
      sums.numerator() = sums.numerator() - eta * g;
      z = sums.ratio();
    }
    sums.push(k);
    if (k > 0) z = co_await sums.pull(k - 1);
    node.report(z);
  }
}

AlgorithmEntry overlap_sgp_entry() {
  using enum Need::What;
  return algorithm<OverlapSgp>(
      "overlap_sgp", "SGP whose messages may take some steps (Assran et al. 2019)", overlap_sgp,
      {step_size<OverlapSgp>(),
       {{"overlap", &OverlapSgp::overlap, at_least(1), "τ, steps that a message may take"}},
       local_steps<OverlapSgp>(),
       local_momentum<OverlapSgp>()},
      "Assran, Loizou, Ballas, Rabbat, \"Stochastic Gradient Push for Distributed Deep Learning\", ICML 2019, "
      "arXiv:1811.10792",
      {.cost = "every τ steps one payload and a weight to each neighbor",
       .vectors = 2,
       .sums = Stochasticity::columns,
       .needs = {{aperiodic}},
       .steps_per_averaging = {"overlap", "local_steps"}});
}

}  // namespace gossamer
