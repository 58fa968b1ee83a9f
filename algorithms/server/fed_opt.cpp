#include "algorithms/server/fed_opt.hpp"

#include "algorithms/parts/sampled_clients.hpp"
#include "algorithms/server/fed_opt_fields.hpp"

namespace gossamer {
namespace {

/// H local steps from x, or fewer if the time is over.
Part<Params> local_model(Node& node, FedOpt rounds, Params x) {
  const double mu = rounds.proximal;
  const Seconds end = node.now() + rounds.time_limit;
  const auto optimizer = rounds.optimizer.start(node);
  Params w = x;
  for (int h = 0; h < rounds.local_steps; ++h) {
    const double eta = rounds.step_size.at(node.steps());
    const Params g = co_await node.gradient(w);
    w = mu == 0 ? optimizer->step(w, eta, g) : Params{w - eta * g - (eta * mu) * (w - x)};
    if (rounds.time_limit > Seconds{0} && node.now() >= end) break;
  }
  co_return w;
}

Task serve(Node& node, FedOpt rounds) {
  const auto optimizer = rounds.server.start(node);
  SampledClients clients{node, rounds.sampler};
  Params x = node.initial_params();
  while (clients.any_left()) {
    clients.choose();
    const SampledClients::Invitation invite = [&](NodeId i) { node.send(i, x); };
    const std::vector<Received> answers = co_await clients.answers(invite);
    if (answers.empty()) continue;
    std::vector<Contribution> models;
    for (const Received& answer : answers) models.push_back({answer.content.vector, answer.content.weight});
    x = optimizer->step_to(x, rounds.aggregation->model(node, x, models));
    node.report(x);
  }
}

Task work(Node& node, FedOpt rounds) {
  const double weight = rounds.aggregation->reads_weights() ? static_cast<double>(node.samples()) : 1;
  if (node.began_anew()) node.send(server_of(node), request());
  while (node.running()) {
    const auto x = co_await from_server(node);
    if (!x) co_return;
    const Params w = co_await local_model(node, rounds, x->vector);
    node.report(w);
    node.send(server_of(node), Encoded{w, node.payload(), number_of_answer(node, weight)});
    if (!node.running()) co_return;
  }
  node.send(server_of(node), farewell());
}

}  // namespace

Task fed_opt(Node& node, FedOpt settings) { return node.is_server() ? serve(node, settings) : work(node, settings); }

AlgorithmEntry fed_opt_entry() {
  return algorithm<FedOpt>(
      "fed_opt", "rounds of a few clients, with optimizers of clients and of the server (Reddi et al. 2021)", fed_opt,
      {step_size<FedOpt>(),
       optimizer<FedOpt>("of a client's local steps; begins each round anew"),
       fed_opt_rounds(),
       {{"server_optimizer", &FedOpt::server, "of the server's step to the mean of its clients' models"}}},
      "Reddi, Charles, Zaheer, Garrett, Rush, Konečný, Kumar, McMahan, \"Adaptive Federated Optimization\", ICLR 2021, "
      "arXiv:2003.00295",
      fed_opt_facts());
}

}  // namespace gossamer
