#include "algorithms/decentralized/extra.hpp"

#include "algorithms/entry.hpp"
#include "algorithms/parts/averaging.hpp"

namespace gossamer {

Task extra(Node& node, Extra settings) {
  Direction direction{node, settings.local, settings.step_size};
  Params x = node.initial_params();
  Params before, wx_before, g_before;
  double eta_before = 0;
  for (std::uint64_t k = 0; node.running(); ++k) {
    const double eta = settings.step_size.at(node.steps());
    Averaging averaging{node, k, x};
    const Params g = co_await direction.at(x);
    const Params wx = co_await averaging.sum();
    const Params next =
        k == 0 ? wx - eta * g : x + wx - 0.5 * before - 0.5 * wx_before - eta * g + eta_before * g_before;
    before = x;
    wx_before = wx;
    g_before = g;
    eta_before = eta;
    x = next;
    node.report(x);
  }
}

AlgorithmEntry extra_entry() {
  using enum Need::What;
  return algorithm<Extra>(
      "extra", "D-PSGD that subtracts its bias: exact with one local step (Shi et al. 2015)", extra,
      {step_size<Extra>(), inexact_local_steps<Extra>()},
      "Shi, Ling, Wu, Yin, \"EXTRA: An Exact First-Order Algorithm for Decentralized Consensus "
      "Optimization\", SIAM Journal on Optimization 25(2), 2015, arXiv:1404.6264",
      {.cost = one_payload, .vectors = 4, .exact = true, .needs = {{fixed}, {symmetric}}, .stochastic = false});
}

}  // namespace gossamer
