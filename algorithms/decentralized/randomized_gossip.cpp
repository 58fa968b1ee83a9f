#include "algorithms/decentralized/randomized_gossip.hpp"

#include "algorithms/entry.hpp"

namespace gossamer {

Task randomized_gossip(Node& node, RandomizedGossip) {
  Params x = node.initial_params();
  node.on_exchange([&x, &node](const Params& theirs) {
    const Params mine = x;
    x = mine + 0.5 * (theirs - mine);
    node.report(x);
    return mine;
  });
  while (node.running()) {
    co_await node.tick();
    if (node.neighbors().empty()) continue;
    const Params mine = x;
    const Params theirs = co_await node.exchange(node.random_neighbor(), mine);
    if (theirs) x = x + 0.5 * (theirs - mine);
    node.report(x);
  }
  co_await node.all_done();  // the handler, which answers nodes that still run, lives in this frame
}

AlgorithmEntry randomized_gossip_entry() {
  using enum Need::What;
  return algorithm<RandomizedGossip>(
      "randomized_gossip", "average with one random neighbor at each tick of a clock (Boyd et al. 2006)",
      randomized_gossip, {},
      "Boyd, Ghosh, Prabhakar, Shah, \"Randomized gossip algorithms\", IEEE Transactions on Information Theory "
      "52(6), 2006",
      {.cost = "per tick: one payload each way",
       .synchronous = false,
       .sums = {},
       .needs = {{fixed}, {undirected}},
       .learns = false});
}

}  // namespace gossamer
