#include "algorithms/server/async_diloco.hpp"

#include <vector>

#include "algorithms/entry.hpp"
#include "algorithms/parts/local_run.hpp"
#include "algorithms/parts/quorum.hpp"
#include "algorithms/parts/workers_and_server.hpp"

namespace gossamer {
namespace {

/// Nesterov's momentum whose buffer moves once in N pushes.
class DelayedNesterov {
 public:
  explicit DelayedNesterov(const AsyncDiLoCo& settings) : settings_{settings} {}

  Params step(const Params& x, const Params& d) {
    const double eta = settings_.outer.step_size, beta = settings_.outer.momentum, c = settings_.early;
    const double n = settings_.delay;
    sum_ += d;
    double share = c;
    if (++pushes_ % static_cast<std::uint64_t>(settings_.delay) == 0) {
      m_ = m_ ? Params{beta * m_ + (1 / n) * sum_} : Params{(1 / n) * sum_};
      sum_ = {};
      share = 1 - c * n + c;
    }
    if (!m_ || share == 0) return x - (eta / n) * d;
    return x - (eta * share * beta) * m_ - (eta / n) * d;
  }

 private:
  AsyncDiLoCo settings_;
  std::uint64_t pushes_ = 0;
  Combination sum_;
  Params m_;  ///< empty before the first move
};

Task serve(Node& node, AsyncDiLoCo settings) {
  DelayedNesterov outer{settings};
  Params x = node.initial_params();
  Pushes pushes{node, [&](NodeId worker) { node.send(worker, x); }};
  while (pushes.any_left()) {
    std::vector<NodeId> pushers;
    Quorum quorum{node, 1, settings.grace};
    while (!quorum.is_over()) {
      const auto push = co_await pushes.next(quorum.deadline());
      if (!push) break;
      x = outer.step(x, push->content.vector);
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

namespace {

/// The server's momentum always looks ahead.
std::vector<Field<AsyncDiLoCo>> server_step() {
  std::vector<Field<AsyncDiLoCo>> fields = outer_step<AsyncDiLoCo>();
  fields.pop_back();
  return fields;
}

}  // namespace

AlgorithmEntry async_diloco_entry() {
  return algorithm<AsyncDiLoCo>(
      "async_diloco", "DiLoCo whose server takes an outer step with every push (Liu et al. 2024)", async_diloco,
      {step_size<AsyncDiLoCo>(),
       server_step(),
       {{"local_steps", &AsyncDiLoCo::local_steps, at_least(1), "H, a worker's local steps between two pushes"},
        {"optimizer", &AsyncDiLoCo::optimizer, "of the local steps"},
        {"delay", &AsyncDiLoCo::delay, at_least(1), "N, the pushes between two moves of the momentum"},
        {"early", &AsyncDiLoCo::early, between(0, 1), "c, the share of the momentum in the steps between; at most 1/N"},
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
