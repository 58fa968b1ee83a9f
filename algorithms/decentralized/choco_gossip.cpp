#include "algorithms/decentralized/choco_gossip.hpp"

#include "algorithms/parts/public_copies.hpp"

namespace gossamer {

Task choco_gossip(Node& node, ChocoGossip settings) {
  Params x = node.initial_params();
  PublicCopies copies{node, settings.compressor.get(), x};
  for (std::uint64_t k = 0; node.running(); ++k) {
    copies.publish(k, x);
    co_await node.tick();
    co_await copies.hear();
    x = x + settings.consensus_step * (copies.mixed() - copies.own());
    node.report(x);
  }
}

}  // namespace gossamer
