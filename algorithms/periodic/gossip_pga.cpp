#include "algorithms/periodic/gossip_pga.hpp"

#include "algorithms/parts/averaging.hpp"

namespace gossamer {

Task gossip_pga(Node& node, GossipPga settings) {
  const double eta = settings.step_size;
  const auto period = static_cast<std::uint64_t>(settings.global_period);
  Direction direction{node, settings.local, eta};
  Params x = node.initial_params();
  for (std::uint64_t k = 0; node.running(); ++k) {
    x = x - eta * co_await direction.at(x);
    if ((k + 1) % period == 0) {
      x = co_await node.all_reduce_mean(x);
    } else {
      Averaging averaging{node, k, x};
      x = co_await averaging.sum();
    }
    node.report(x);
  }
}

}  // namespace gossamer
