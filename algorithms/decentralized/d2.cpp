#include "algorithms/decentralized/d2.hpp"

#include "algorithms/parts/averaging.hpp"

namespace gossamer {

Task d2(Node& node, D2 settings) {
  const double eta = settings.step_size;
  Direction direction{node, settings.local, eta};
  Params x = node.initial_params();
  Params adapted;  // x − η g of the round before
  for (std::uint64_t k = 0; node.running(); ++k) {
    const Params before = adapted;
    adapted = x - eta * co_await direction.at(x);
    Averaging averaging{node, k, k == 0 ? adapted : Params{adapted + (x - before)}};
    x = co_await averaging.sum();
    node.report(x);
  }
}

}  // namespace gossamer
