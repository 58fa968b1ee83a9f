#include "algorithms/server/st_syn.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "algorithms/entry.hpp"
#include "algorithms/parts/workers_and_server.hpp"

namespace gossamer {
namespace {

// A message without a vector is a signal. Its number is one of these.
constexpr double ready = 2;  ///< a worker has made U steps
constexpr double stop = 3;   ///< the round ends
constexpr double idle = 4;   ///< a worker has no finished step

Encoded signal(double number) { return {.vector = {}, .size = 0, .weight = number}; }
bool is_model(const Encoded& message) { return message.weight == 1; }

/// Waits until K workers are ready, or all that are up. Returns whether no worker has left.
Part<bool> await_ready(Node& node, std::vector<NodeId> workers, std::size_t wanted, Params x) {
  std::set<NodeId> are_ready;
  while (true) {
    std::set<NodeId> most = present(node, {workers.begin(), workers.end()});
    most.insert(are_ready.begin(), are_ready.end());
    if (!are_ready.empty() && are_ready.size() >= std::min(wanted, most.size())) co_return true;
    const auto message = co_await node.receive_any(workers);
    if (!message) co_return false;
    if (message->event == Received::Event::went_down) continue;
    if (!is_request(*message) && is_farewell(message->content)) co_return false;
    if (!is_request(*message) && message->content.weight == ready)
      are_ready.insert(message->sender);
    else
      node.send(message->sender, x);  // it has not had the model of this round
  }
}

/// The models of all workers that have made a step; late signals are ignored.
Part<std::vector<Received>> models(Node& node, std::vector<NodeId> workers) {
  std::vector<Received> all;
  for (std::set<NodeId> missing = present(node, {workers.begin(), workers.end()}); !missing.empty();) {
    const auto message = co_await node.receive_any(workers);
    if (!message) break;
    const bool answers = message->event == Received::Event::message && !is_request(*message);
    if (answers && is_model(message->content)) all.push_back(*message);
    if (!answers || message->content.weight != ready) missing.erase(message->sender);
  }
  std::sort(all.begin(), all.end(), [](const Received& a, const Received& b) { return a.sender < b.sender; });
  co_return all;
}

Task serve(Node& node, StSyn settings) {
  const std::vector<NodeId> workers = all_workers(node);
  const auto wanted = static_cast<std::size_t>(std::min(settings.ready, static_cast<int>(workers.size())));
  Params x = node.initial_params();
  while (true) {
    for (const NodeId i : workers) node.send(i, x);
    if (!co_await await_ready(node, workers, wanted, x)) break;
    for (const NodeId i : workers) node.send(i, signal(stop));
    const std::vector<Received> all = co_await models(node, workers);
    if (all.empty()) continue;
    Combination sum;
    for (const Received& model : all) sum += (1.0 / static_cast<double>(all.size())) * model.content.vector;
    x = sum;
    node.report(x);
  }
  for (const NodeId i : workers) node.send(i, farewell());
}

/// A worker's local steps of a round: the model after them, and how many. They end with the server's signal.
struct Local {
  Params w;
  int steps = 0;
  bool over = false;  ///< the server has said farewell
};
Part<Local> local_steps(Node& node, StSyn settings, Params x) {
  const std::array<NodeId, 1> server{server_of(node)};
  Local local{.w = std::move(x)};
  while (true) {
    const double eta = settings.step_size.at(node.steps());
    const Pending gradient = node.gradient(local.w);
    const auto message = co_await node.receive_any_while_computing(server);
    if (message && message->event != Received::Event::went_down) {
      node.cancel();
      if (message->event == Received::Event::message && is_model(message->content)) {  // the signal has been lost
        local = {.w = message->content.vector};
        continue;
      }
      local.over = message->event == Received::Event::message && is_farewell(message->content);
      co_return local;
    }
    const Params g = co_await gradient;
    local.w = local.w - eta * g;
    if (++local.steps == settings.local_steps) node.send(server[0], signal(ready));
  }
}

Task work(Node& node, StSyn settings) {
  if (node.began_anew()) node.send(server_of(node), request());
  while (node.running()) {
    const auto x = co_await from_server(node);
    if (!x) co_return;
    const Local local = co_await local_steps(node, settings, x->vector);
    if (local.over) co_return;
    node.report(local.w);
    node.send(server_of(node), local.steps > 0 ? Encoded{local.w, node.payload(), 1} : signal(idle));
  }
  node.send(server_of(node), farewell());
}

}  // namespace

Task st_syn(Node& node, StSyn settings) { return node.is_server() ? serve(node, settings) : work(node, settings); }

AlgorithmEntry st_syn_entry() {
  return algorithm<StSyn>(
      "st_syn", "all workers go on with local steps until the first K have made U of them (Zhu et al. 2024)", st_syn,
      {step_size<StSyn>(),
       {{"ready", &StSyn::ready, at_least(1), "K, the workers that end a round; all, if there are fewer"},
        {"local_steps", &StSyn::local_steps, at_least(1), "U, the local steps of each of these"}}},
      "Zhu, Zhang, Wang, \"STSyn: Speeding Up Local SGD with Straggler-Tolerant Synchronization\", IEEE Transactions "
      "on "
      "Signal Processing 2024, arXiv:2210.03521",
      {.cost = "U gradients or more; one payload up, one down",
       .synchronous = false,
       .keeps_mean = false,
       .servers = 1,
       .steps_alike = false,
       .sums = {}});
}

}  // namespace gossamer
