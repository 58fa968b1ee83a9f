#include "algorithms/parts/fed_opt.hpp"

#include "algorithms/parts/sampled_clients.hpp"

namespace gossamer {
namespace {

/// H local steps from x, or fewer if the time is over.
Part<Params> local_model(Node& node, FedOpt rounds, Params x) {
  const double mu = rounds.proximal;
  const Seconds end = node.now() + rounds.time_limit;
  Params w = x;
  for (int h = 0; h < rounds.local_steps; ++h) {
    const double eta = rounds.step_size.at(node.steps());
    const Params g = co_await node.gradient(w);
    w = mu == 0 ? w - eta * g : w - eta * g - (eta * mu) * (w - x);
    if (rounds.time_limit > Seconds{0} && node.now() >= end) break;
  }
  co_return w;
}

}  // namespace

Task fed_opt_server(Node& node, FedOpt rounds, ServerOptimizer optimizer) {
  SampledClients clients{node, rounds.participation};
  Params x = node.initial_params();
  while (clients.any_left()) {
    clients.choose();
    const SampledClients::Invitation invite = [&](NodeId i) { node.send(i, x); };
    const std::vector<Received> answers = co_await clients.answers(invite);
    if (answers.empty()) continue;
    Combination sum;
    double weights = 0;
    for (const Received& answer : answers) {
      sum += answer.content.weight * answer.content.vector;
      weights += answer.content.weight;
    }
    const Params mean = (1 / weights) * sum;
    x = optimizer(x, mean);
    node.report(x);
  }
}

Task fed_opt_client(Node& node, FedOpt rounds) {
  const double weight = rounds.weigh_samples ? static_cast<double>(node.samples()) : 1;
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

}  // namespace gossamer
