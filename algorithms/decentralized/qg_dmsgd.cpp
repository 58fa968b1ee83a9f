#include "algorithms/decentralized/qg_dmsgd.hpp"

#include "algorithms/parts/averaging.hpp"

namespace gossamer {

Task qg_dmsgd(Node& node, QgDmsgd settings) {
  const double eta = settings.step_size, beta = settings.momentum, mu = settings.global_momentum;
  Direction direction{node, settings.local, eta};
  Params x = node.initial_params();
  Params m = 0.0 * x;
  for (std::uint64_t k = 0; node.running(); ++k) {
    const Params g = co_await direction.at(x);
    const Params h = beta * m + g;
    const Params d = settings.nesterov ? Params{g + beta * h} : h;
    Averaging averaging{node, k, x - eta * d};
    const Params next = co_await averaging.sum();
    m = mu * m + ((1 - mu) / eta) * (x - next);
    x = next;
    node.report(x);
  }
}

}  // namespace gossamer
