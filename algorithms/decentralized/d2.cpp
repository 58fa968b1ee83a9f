#include "algorithms/decentralized/d2.hpp"

#include "algorithms/entry.hpp"
#include "algorithms/parts/averaging.hpp"

namespace gossamer {

Task d2(Node& node, D2 settings) {
  Direction direction{node, settings.local, settings.step_size};
  Params x = node.initial_params();
  Params adapted;  // x − η g of the round before
  for (std::uint64_t k = 0; node.running(); ++k) {
    const double eta = settings.step_size.at(node.steps());
    const Params before = adapted;
    adapted = x - eta * co_await direction.at(x);
    Averaging averaging{node, k, k == 0 ? adapted : Params{adapted + (x - before)}};
    x = co_await averaging.sum();
    node.report(x);
  }
}

AlgorithmEntry d2_entry() {
  using enum Need::What;
  return algorithm<D2>(
      "d2", "exact with one local step, for heterogeneous data: differences of successive steps (Tang et al. 2018)", d2,
      {step_size<D2>(), inexact_local_steps<D2>()},
      "Tang, Lian, Yan, Zhang, Liu, \"D²: Decentralized Training over Decentralized Data\", ICML 2018, "
      "arXiv:1803.07068",
      {.cost = one_payload,
       .vectors = 2,
       .exact = true,
       .needs = {{fixed}, {symmetric}, {from_minus_a_third}},
       .stochastic = false});
}

}  // namespace gossamer
