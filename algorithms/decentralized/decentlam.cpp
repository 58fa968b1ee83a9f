#include "algorithms/decentralized/decentlam.hpp"

#include "algorithms/parts/averaging.hpp"

namespace gossamer {

Task decentlam(Node& node, DecentLam settings) {
  const double eta = settings.step_size;
  Direction direction{node, settings.local, eta};
  Params x = node.initial_params();
  Params m = 0.0 * x;
  for (std::uint64_t k = 0; node.running(); ++k) {
    Averaging averaging{node, k, x - eta * co_await direction.at(x)};
    m = settings.momentum * m + (1 / eta) * (x - co_await averaging.sum());
    x = x - eta * m;
    node.report(x);
  }
}

}  // namespace gossamer
