#include "algorithms/decentralized/ad_psgd.hpp"

#include <string>

#include "algorithms/error.hpp"
#include "algorithms/parts/heavy_ball.hpp"

namespace gossamer {
namespace {

/// Whether the node initiates averagings.
bool is_active(const Node& node, AdPsgd::Protocol protocol) {
  if (node.neighbors().empty()) return false;
  if (protocol == AdPsgd::Protocol::everybody) return true;
  for (const NodeId j : node.neighbors())
    if ((j - node.id()) % 2 == 0)
      throw AlgorithmError{"ad_psgd: the bipartite protocol needs every edge to join an even and an odd node, and " +
                           std::to_string(node.id()) + " and " + std::to_string(j) + " are joined"};
  return node.id() % 2 == 1;
}

}  // namespace

Task ad_psgd(Node& node, AdPsgd settings) {
  const bool active = is_active(node, settings.protocol);
  Params x = node.initial_params();
  HeavyBall momentum{settings.momentum};
  node.on_exchange([&x, &node](const Params& theirs) {
    const Params mine = x;
    x = mine + 0.5 * (theirs - mine);
    node.report(x);
    return mine;
  });
  while (node.running()) {
    const Pending gradient = node.gradient(x);
    if (active) {
      const Params mine = x;
      const Params theirs = co_await node.exchange(node.random_neighbor(), mine);
      if (theirs) x = x + 0.5 * (theirs - mine);
      node.report(x);
    }  // destroys the averaged models while the gradient continues
    const Params g = co_await gradient;
    x = momentum.step(x, settings.step_size, g);
    node.report(x);
  }
  co_await node.all_done();  // the handler, which answers nodes that still run, lives in this frame
}

}  // namespace gossamer
