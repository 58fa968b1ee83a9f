#include "algorithms/decentralized/gossip.hpp"

#include "algorithms/entry.hpp"
#include "algorithms/parts/averaging.hpp"

namespace gossamer {

Task gossip(Node& node, Gossip) {
  Params x = node.initial_params();
  for (std::uint64_t k = 0; node.running(); ++k) {
    Averaging averaging{node, k, x};
    co_await node.tick();
    x = co_await averaging.sum();
    node.report(x);
  }
}

AlgorithmEntry gossip_entry() {
  using enum Need::What;
  return algorithm<Gossip>(
      "gossip", "average with every neighbor, every round, without learning (Xiao, Boyd 2004)", gossip, {},
      "Xiao, Boyd, \"Fast linear iterations for distributed averaging\", Systems & Control Letters "
      "53, 2004",
      {.cost = "one payload to each neighbor",
       .needs = {{aperiodic}},
       .learns = false,
       .counterparts = {{"step_size", "d_psgd"}, {"compressor", "choco_gossip"}}});
}

}  // namespace gossamer
