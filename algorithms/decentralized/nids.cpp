#include "algorithms/decentralized/nids.hpp"

#include "algorithms/parts/averaging.hpp"

namespace gossamer {

Task nids(Node& node, Nids settings) {
  const double eta = settings.step_size;
  Direction direction{node, settings.local, eta};
  Params x = node.initial_params();
  Params adapted;  // x − η g of the round before
  for (std::uint64_t k = 0; node.running(); ++k) {
    const Params before = adapted;
    adapted = x - eta * co_await direction.at(x);
    if (k == 0) {
      x = adapted;
    } else {
      const Params extrapolated = adapted + (x - before);
      Averaging averaging{node, k - 1, extrapolated};
      x = 0.5 * extrapolated + 0.5 * co_await averaging.sum();
    }
    node.report(x);
  }
}

}  // namespace gossamer
