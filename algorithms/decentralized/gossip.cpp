#include "algorithms/decentralized/gossip.hpp"

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

}  // namespace gossamer
