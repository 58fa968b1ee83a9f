#include "algorithms/decentralized/ad_psgd.hpp"

#include <string>

#include "algorithms/entry.hpp"
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
    const double eta = settings.step_size.at(node.steps());
    const Pending gradient = node.gradient(x);
    if (active) {
      const Params mine = x;
      const Params theirs = co_await node.exchange(node.random_neighbor(), mine);
      if (theirs) x = x + 0.5 * (theirs - mine);
      node.report(x);
    }  // destroys the averaged models while the gradient continues
    const Params g = co_await gradient;
    x = momentum.step(x, eta, g);
    node.report(x);
  }
  co_await node.all_done();  // the handler, which answers nodes that still run, lives in this frame
}

AlgorithmEntry ad_psgd_entry() {
  using enum Need::What;
  return algorithm<AdPsgd>(
      "ad_psgd", "average with a random neighbor while the gradient is computed (Lian et al. 2018)", ad_psgd,
      {step_size<AdPsgd>(),
       momentum<AdPsgd>(),
       {{"protocol", &AdPsgd::protocol,
         choices<AdPsgd::Protocol>(
             {{"everybody", AdPsgd::Protocol::everybody}, {"bipartite", AdPsgd::Protocol::bipartite}}),
         "who initiates averagings: every node, or, on a graph whose edges join even and odd nodes, the odd "
         "ones"}}},
      "Lian, Zhang, Zhang, Liu, \"Asynchronous Decentralized Parallel Stochastic Gradient Descent\", ICML "
      "2018, arXiv:1710.06952",
      {.cost = "per gradient: one payload each way",
       .synchronous = false,
       .sums = {},
       .needs = {{fixed}, {undirected}, {odd_even, where_is("protocol", {"bipartite"})}}});
}

}  // namespace gossamer
