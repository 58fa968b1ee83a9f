#include "algorithms/server/async_easgd.hpp"

#include <vector>

#include "algorithms/entry.hpp"
#include "algorithms/parts/workers_and_server.hpp"

namespace gossamer {
namespace {

Task serve(Node& node, AsyncEasgd settings) {
  Params z = node.initial_params();
  Pushes pushes{node, [&](NodeId worker) { node.send(worker, z); }};
  while (const auto push = co_await pushes.next()) {
    node.send(push->sender, z);
    z = z + settings.elasticity * (push->content.vector - z);
    node.report(z);
  }
}

Task work(Node& node, AsyncEasgd settings) {
  HeavyBall momentum{settings.momentum};
  const auto first = co_await first_model(node);
  if (!first) co_return;
  Params x = first->vector;
  while (node.running()) {
    for (int h = 0; h < settings.period; ++h) {
      const double eta = settings.step_size.at(node.steps());
      const Params g = co_await node.gradient(x);
      x = momentum.step(x, eta, g);
    }
    node.send(server_of(node), x);
    const auto z = co_await from_server(node);
    if (!z) co_return;
    x = x - settings.elasticity * (x - z->vector);
    node.report(x);
  }
  node.send(server_of(node), farewell());
}

}  // namespace

Task async_easgd(Node& node, AsyncEasgd settings) {
  return node.is_server() ? serve(node, settings) : work(node, settings);
}

AlgorithmEntry async_easgd_entry() {
  return algorithm<AsyncEasgd>(
      "async_easgd", "workers and a center pull each other, without a barrier (Zhang et al. 2015)", async_easgd,
      {step_size<AsyncEasgd>(),
       {{"period", &AsyncEasgd::period, at_least(1), "H, a worker's steps between two exchanges"},
        {"elasticity", &AsyncEasgd::elasticity, Range{0, 1, false, false},
         "α, the share of the difference that moves"}},
       momentum<AsyncEasgd>()},
      "Zhang, Choromanska, LeCun, \"Deep learning with Elastic Averaging SGD\", NeurIPS 2015, arXiv:1412.6651",
      {.cost = "H gradients; one payload up, one down",
       .synchronous = false,
       .servers = 1,
       .sums = {},
       .steps_per_averaging = {"period"},
       .counterparts = {}});
}

}  // namespace gossamer
