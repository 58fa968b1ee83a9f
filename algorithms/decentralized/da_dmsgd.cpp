#include "algorithms/decentralized/da_dmsgd.hpp"

#include "algorithms/entry.hpp"
#include "algorithms/parts/averaging.hpp"

namespace gossamer {

Task da_dmsgd(Node& node, DaDmsgd settings) {
  Direction direction{node, settings.local, settings.step_size};
  Params x = node.initial_params();
  Params m = 0.0 * x;
  for (std::uint64_t k = 0; node.running(); ++k) {
    const double eta = settings.step_size.at(node.steps());
    const Params g = co_await direction.at(x);
    const Params h = settings.momentum * m + g;
    Averaging models{node, k, x - eta * h};
    Averaging momenta{node, k, h};
    x = co_await models.sum();
    m = co_await momenta.sum();
    node.report(x);
  }
}

AlgorithmEntry da_dmsgd_entry() {
  using enum Need::What;
  return algorithm<DaDmsgd>(
      "da_dmsgd", "models and momenta are averaged alike (Yu et al. 2019)", da_dmsgd,
      {step_size<DaDmsgd>(), momentum<DaDmsgd>("momentum β"), local_steps<DaDmsgd>()},
      "Yu, Jin, Yang, \"On the Linear Speedup Analysis of Communication Efficient Momentum SGD for "
      "Distributed Non-Convex Optimization\", ICML 2019, arXiv:1905.03817",
      {.cost = two_payloads, .vectors = 2, .needs = {{aperiodic}}});
}

}  // namespace gossamer
