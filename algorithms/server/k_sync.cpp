#include "algorithms/server/k_sync.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "algorithms/entry.hpp"
#include "algorithms/parts/workers_and_server.hpp"

namespace gossamer {
namespace {

/// The way in which a server collects gradients. Messages have the number of the model at which they were taken, or of
/// the model that they are, counted from one.
struct Way {
  bool fresh = true;       ///< only gradients at the present model count, and others are given up
  bool any_worker = true;  ///< a worker may contribute several gradients
};

/// The gradients of a server step.
class Collection {
 public:
  explicit Collection(Way way) : way_{way} {}

  /// Takes a gradient; an outdated one is dropped.
  void take(const Received& push, double version) {
    if (way_.fresh && push.content.weight != version) return;
    sum_ += push.content.vector;
    senders_.push_back(push.sender);
  }
  /// The gradients that it has if all of these workers contribute; without end if a worker may contribute several.
  std::size_t most(const std::set<NodeId>& workers) const {
    if (way_.any_worker) return workers.empty() ? senders_.size() : std::numeric_limits<std::size_t>::max();
    std::set<NodeId> all{senders_.begin(), senders_.end()};
    all.insert(workers.begin(), workers.end());
    return all.size();
  }

  const Combination& sum() const { return sum_; }
  const std::vector<NodeId>& senders() const { return senders_; }
  void clear() {
    sum_ = {};
    senders_.clear();
  }

 private:
  Way way_;
  Combination sum_;
  std::vector<NodeId> senders_;
};

Task serve(Node& node, KSync settings, Way way) {
  const std::vector<NodeId> workers = all_workers(node);
  Params x = node.initial_params();
  double version = 1;
  std::uint64_t steps = 0;
  const auto wanted = static_cast<std::size_t>(
      way.any_worker ? settings.gradients : std::min(settings.gradients, static_cast<int>(workers.size())));
  const auto model = [&] { return Encoded{x, node.payload(), version}; };
  Collection collection{way};
  std::set<NodeId> left{workers.begin(), workers.end()};
  if (node.began_anew())
    for (const NodeId j : workers) node.send(j, model());
  while (collection.most(left) >= wanted) {
    const auto received = co_await node.receive_any(workers);
    if (!received) break;
    const bool news = received->event == Received::Event::went_down;
    if (is_request(*received)) {
      node.send(received->sender, model());
      continue;
    }
    if (!news && is_farewell(received->content)) {
      left.erase(received->sender);
      continue;
    }
    if (!news) collection.take(*received, version);
    const std::size_t size = collection.senders().size();
    const bool complete = size > 0 && size >= std::min(wanted, collection.most(present(node, left)));
    if (complete) {
      x = x - (settings.step_size.at(steps++) / static_cast<double>(size)) * collection.sum();
      node.report(x);
      ++version;
    }
    if (!way.fresh && way.any_worker) {
      if (!news) node.send(received->sender, model());  // nobody waits
    } else if (complete) {
      for (const NodeId j : way.fresh ? workers : collection.senders()) node.send(j, model());
    }
    if (complete) collection.clear();
  }
  for (const NodeId j : workers) node.send(j, farewell());
}

/// Takes gradients at a model until the server has a newer one; gives up the last of them.
Part<std::optional<Encoded>> work_at(Node& node, Encoded model, Way way) {
  const std::array<NodeId, 1> server{server_of(node)};
  do {
    const Pending gradient = node.gradient(model.vector);
    auto newer = co_await node.receive_any_while_computing(server);
    if (newer && newer->event != Received::Event::went_down) {
      node.cancel();
      if (newer->event == Received::Event::lost) {
        node.send(server[0], request());
        co_return co_await from_server(node);
      }
      if (is_farewell(newer->content)) co_return std::nullopt;
      co_return std::move(newer->content);
    }
    const Params g = co_await gradient;
    node.send(server[0], Encoded{g, node.payload(), model.weight});
  } while (way.any_worker && node.running());
  if (!node.running()) co_return std::nullopt;
  co_return co_await from_server(node);
}

Task work_fresh(Node& node, Way way) {
  std::optional<Encoded> model = co_await first_model(node);
  while (model && node.running()) {
    model = co_await work_at(node, *model, way);
    if (model) node.report(model->vector);
  }
  node.send(server_of(node), farewell());
}

Task work_stale(Node& node) {
  std::optional<Encoded> model = co_await first_model(node);
  while (model && node.running()) {
    const Params g = co_await node.gradient(model->vector);
    node.send(server_of(node), Encoded{g, node.payload(), model->weight});
    model = co_await from_server(node);
    if (model) node.report(model->vector);
  }
  if (!model) co_return;
  node.send(server_of(node), farewell());
}

Task program(Node& node, KSync settings, Way way) {
  if (node.is_server()) return serve(node, settings, way);
  return way.fresh ? work_fresh(node, way) : work_stale(node);
}

AlgorithmEntry entry_of(std::string name, std::string sentence, Task (*program)(Node&, KSync), std::string cost) {
  return algorithm<KSync>(
      std::move(name), std::move(sentence) + " (Dutta et al. 2018)", program,
      {step_size<KSync>(), {{"gradients", &KSync::gradients, at_least(1), "K, the gradients of a step of the server"}}},
      "Dutta, Joshi, Ghosh, Dube, Nagpurkar, \"Slow and Stale Gradients Can Win the Race: Error-Runtime Trade-offs in "
      "Distributed SGD\", AISTATS 2018, arXiv:1803.01113",
      {.cost = std::move(cost),
       .synchronous = false,
       .keeps_mean = false,
       .servers = 1,
       .steps_alike = false,
       .sums = {}});
}

}  // namespace

Task k_sync(Node& node, KSync settings) { return program(node, settings, {.fresh = true, .any_worker = false}); }
Task k_batch_sync(Node& node, KSync settings) { return program(node, settings, {.fresh = true, .any_worker = true}); }
Task k_async(Node& node, KSync settings) { return program(node, settings, {.fresh = false, .any_worker = false}); }
Task k_batch_async(Node& node, KSync settings) { return program(node, settings, {.fresh = false, .any_worker = true}); }

AlgorithmEntry k_sync_entry() {
  return entry_of("k_sync", "the server waits for the first K workers, and the others start again", k_sync,
                  "one gradient; one payload up, one down");
}
AlgorithmEntry k_batch_sync_entry() {
  return entry_of("k_batch_sync", "the server waits for K minibatches at one model from any workers", k_batch_sync,
                  "one gradient; one payload up, at most one down");
}
AlgorithmEntry k_async_entry() {
  return entry_of("k_async", "the server waits for the first K workers, and the others go on", k_async,
                  "one gradient; one payload up, one down");
}
AlgorithmEntry k_batch_async_entry() {
  return entry_of("k_batch_async", "the server waits for K minibatches, and no worker ever waits", k_batch_async,
                  "one gradient; one payload up, one down");
}

}  // namespace gossamer
