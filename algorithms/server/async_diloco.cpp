#include "algorithms/server/async_diloco.hpp"

#include <vector>

#include "algorithms/entry.hpp"
#include "algorithms/parts/local_run.hpp"
#include "algorithms/parts/quorum.hpp"
#include "algorithms/parts/workers_and_server.hpp"

namespace gossamer {
namespace {

Task serve(Node& node, AsyncDiLoCo settings) {
  const auto outer = settings.outer.start(node);
  Params x = node.initial_params();
  Pushes pushes{node, [&](NodeId worker) { node.send(worker, x); }};
  while (pushes.any_left()) {
    std::vector<NodeId> pushers;
    Quorum quorum{node, 1, settings.grace};
    while (!quorum.is_over()) {
      const auto push = co_await pushes.next(quorum.deadline());
      if (!push) break;
      x = outer->step(x, push->content.vector);
      node.report(x);
      pushers.push_back(push->sender);
      quorum.count();
    }
    if (pushers.empty()) co_return;
    for (const NodeId i : pushers) node.send(i, x);
  }
}

Task work(Node& node, AsyncDiLoCo settings) {
  const auto optimizer = settings.optimizer.start(node);
  const auto first = co_await first_model(node);
  if (!first) co_return;
  Params x = first->vector;
  while (node.running()) {
    const Params w = co_await steps_by(*optimizer, node, settings.step_size, x, settings.local_steps);
    node.send(server_of(node), Params{x - w});
    const auto next = co_await from_server(node);
    if (!next) co_return;
    x = next->vector;
    node.report(x);
  }
  node.send(server_of(node), farewell());
}

}  // namespace

Task async_diloco(Node& node, AsyncDiLoCo settings) {
  return node.is_server() ? serve(node, settings) : work(node, settings);
}

AlgorithmEntry async_diloco_entry() {
  return algorithm<AsyncDiLoCo>(
      "async_diloco", "DiLoCo whose server takes an outer step with every push (Liu et al. 2024)", async_diloco,
      {step_size<AsyncDiLoCo>(),
       outer_optimizer<AsyncDiLoCo>("of the server's step with a push"),
       {{"local_steps", &AsyncDiLoCo::local_steps, at_least(1), "H, a worker's local steps between two pushes"},
        {"optimizer", &AsyncDiLoCo::optimizer, "of the local steps"},
        {"grace", &AsyncDiLoCo::grace, at_least(0),
         "time in which the server gathers further pushes before it answers"}}},
      "Liu et al., \"Asynchronous Local-SGD Training for Language Modeling\", 2024, arXiv:2401.09135",
      {.cost = "H gradients; one payload up, one down",
       .vectors = 1,
       .synchronous = false,
       .keeps_mean = false,
       .servers = 1,
       .sums = {}});
}

}  // namespace gossamer
