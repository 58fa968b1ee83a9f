#include "algorithms/server/asgd.hpp"

#include <algorithm>
#include <vector>

#include "algorithms/entry.hpp"
#include "algorithms/parts/workers_and_server.hpp"

namespace gossamer {
namespace {

/// The model that a worker has.
struct Pulled {
  std::uint64_t version = 0;  ///< server steps before it
  Params x;
};

/// η_k of the server's step k, for a gradient that was taken at a pulled model.
Part<double> step_at(Node& node, Asgd settings, Params x, std::uint64_t k, Pulled pulled) {
  using enum Asgd::Rule;
  const double eta = settings.step_size.at(k);
  if (settings.rule == staleness) co_return eta / static_cast<double>(std::max<std::uint64_t>(1, k - pulled.version));
  if (settings.rule == distance) {
    const double square = co_await node.value(squared_norm(x - pulled.x));
    co_return std::min(settings.distance_scale / square, eta);  // no distance: infinity
  }
  co_return eta;
}

Task serve(Node& node, Asgd settings) {
  Params x = node.initial_params();
  std::vector<Pulled> pulled(static_cast<std::size_t>(node.workers()), {.version = 0, .x = x});
  std::uint64_t version = 0;
  const auto answer = [&](NodeId worker) {
    pulled[static_cast<std::size_t>(worker)] = {.version = version, .x = x};
    node.send(worker, x);
  };
  Pushes pushes{node, answer};
  while (const auto push = co_await pushes.next()) {
    const double eta = co_await step_at(node, settings, x, version, pulled[static_cast<std::size_t>(push->sender)]);
    x = x - eta * push->content.vector;
    ++version;
    node.report(x);
    answer(push->sender);
  }
}

Task work(Node& node) {
  auto model = co_await first_model(node);
  while (model && node.running()) {
    const Params g = co_await node.gradient(model->vector);
    node.send(server_of(node), g);
    model = co_await from_server(node);
    if (model) node.report(model->vector);
  }
  if (!model) co_return;
  node.send(server_of(node), farewell());
}

}  // namespace

Task asgd(Node& node, Asgd settings) { return node.is_server() ? serve(node, settings) : work(node); }

AlgorithmEntry asgd_entry() {
  using enum Asgd::Rule;
  return algorithm<Asgd>(
      "asgd", "the server takes a step with every gradient that comes (Dutta et al. 2018)", asgd,
      {step_size<Asgd>(),
       {{"rule", &Asgd::rule,
         choices<Asgd::Rule>({{"constant", constant}, {"staleness", staleness}, {"distance", distance}}),
         "the step: η; η over the staleness; η, or less if the model has moved far"},
        Field<Asgd>{"distance_scale", &Asgd::distance_scale, above(0), "C: the step is at most C / ‖x − x_pulled‖²"}
            .read_if(where_is("rule", {"distance"}))}},
      "Dutta, Joshi, Ghosh, Dube, Nagpurkar, \"Slow and Stale Gradients Can Win the Race: Error-Runtime Trade-offs in "
      "Distributed SGD\", AISTATS 2018, arXiv:1803.01113",
      {.cost = "one gradient; one payload up, one down",
       .vectors = 1,
       .synchronous = false,
       .keeps_mean = false,
       .servers = 1,
       .sums = {}});
}

}  // namespace gossamer
