#include "algorithms/decentralized/choco_gossip.hpp"

#include "algorithms/entry.hpp"
#include "algorithms/parts/public_copies.hpp"

namespace gossamer {

Task choco_gossip(Node& node, ChocoGossip settings) {
  Params x = node.initial_params();
  PublicCopies copies{node, settings.compressor.get(), x};
  for (std::uint64_t k = 0; node.running(); ++k) {
    copies.publish(k, x);
    co_await node.tick();
    co_await copies.receive();
    x = x + settings.consensus_step * (copies.mixed() - copies.own());
    node.report(x);
  }
}

AlgorithmEntry choco_gossip_entry() {
  using enum Need::What;
  return algorithm<ChocoGossip>(
      "choco_gossip", "average by compressed differences, without learning (Koloskova et al. 2019)", choco_gossip,
      {consensus_step<ChocoGossip>(), compressor<ChocoGossip>()},
      "Koloskova, Stich, Jaggi, \"Decentralized Stochastic Optimization and Gossip Algorithms "
      "with Compressed Communication\", ICML 2019, arXiv:1902.00340",
      {.cost = "one code to each neighbor",
       .vectors = 3,
       .needs = {{fixed}, {aperiodic, where_whole_step}},
       .learns = false});
}

}  // namespace gossamer
