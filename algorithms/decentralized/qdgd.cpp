#include "algorithms/decentralized/qdgd.hpp"

#include "algorithms/parts/averaging.hpp"

namespace gossamer {

Task qdgd(Node& node, Qdgd settings) {
  const double gamma = settings.consensus_step;
  Direction direction{node, settings.local, settings.step_size};
  Params x = node.initial_params();
  for (std::uint64_t k = 0; node.running(); ++k) {
    Averaging averaging{node, k, x, settings.compressor.get()};
    const Params g = co_await direction.at(x);
    const double own = node.neighborhood(k).weight(node.id());
    const Combination theirs = co_await averaging.sum() - own * averaging.own();
    x = (1 - gamma + gamma * own) * x + gamma * theirs - gamma * settings.step_size * g;
    node.report(x);
  }
}

}  // namespace gossamer
