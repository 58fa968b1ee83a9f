#include "algorithms/periodic/gossip_pga.hpp"

#include "algorithms/entry.hpp"
#include "algorithms/parts/averaging.hpp"

namespace gossamer {

Task gossip_pga(Node& node, GossipPga settings) {
  const auto period = static_cast<std::uint64_t>(settings.global_period);
  Direction direction{node, settings.local, settings.step_size};
  Params x = node.initial_params();
  for (std::uint64_t k = 0; node.running(); ++k) {
    const double eta = settings.step_size.at(node.steps());
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

AlgorithmEntry gossip_pga_entry() {
  return algorithm<GossipPga>(
      "gossip_pga", "D-PSGD, and every so many rounds the mean of all models (Chen et al. 2021)", gossip_pga,
      {step_size<GossipPga>(),
       {{"global_period", &GossipPga::global_period, at_least(1), "rounds between two global averagings"}},
       local_steps<GossipPga>(),
       local_momentum<GossipPga>()},
      "Chen, Yuan, Zhang, Pan, Xu, Yin, \"Accelerating Gossip SGD with Periodic Global Averaging\", ICML 2021, "
      "arXiv:2105.09080",
      {.cost = "H gradients; one payload to each neighbor, or one all-reduce",
       .all_reduces = true,
       .steps_per_averaging = {"global_period", "local_steps"}});
}

}  // namespace gossamer
