#include "algorithms/server/fed_avg.hpp"

#include "algorithms/entry.hpp"
#include "algorithms/parts/sampled_clients.hpp"

namespace gossamer {
namespace {

Task serve(Node& node, FedAvg settings) {
  SampledClients clients{node, settings.participation};
  Params x = node.initial_params();
  while (clients.any_left()) {
    clients.choose();
    const std::vector<Received> answers = co_await clients.answers([&](NodeId i) { node.send(i, x); });
    if (answers.empty()) continue;
    Combination sum;
    double weights = 0;
    for (const Received& answer : answers) {
      sum += answer.content.weight * answer.content.vector;
      weights += answer.content.weight;
    }
    x = (1 / weights) * sum;
    node.report(x);
  }
}

/// H local steps from x, or fewer if the time is over.
Part<Params> local_model(Node& node, FedAvg settings, Params x) {
  const double mu = settings.proximal;
  const Seconds end = node.now() + settings.time_limit;
  Params w = x;
  for (int h = 0; h < settings.local_steps; ++h) {
    const double eta = settings.step_size.at(node.steps());
    const Params g = co_await node.gradient(w);
    w = mu == 0 ? w - eta * g : w - eta * g - (eta * mu) * (w - x);
    if (settings.time_limit > Seconds{0} && node.now() >= end) break;
  }
  co_return w;
}

Task work(Node& node, FedAvg settings) {
  const double weight = settings.weigh_samples ? static_cast<double>(node.samples()) : 1;
  if (node.began_anew()) node.send(server_of(node), request());
  while (node.running()) {
    const auto x = co_await from_server(node);
    if (!x) co_return;
    const Params w = co_await local_model(node, settings, x->vector);
    node.report(w);
    node.send(server_of(node), Encoded{w, node.payload(), number_of_answer(node, weight)});
    if (!node.running()) co_return;
  }
  node.send(server_of(node), farewell());
}

}  // namespace

Task fed_avg(Node& node, FedAvg settings) { return node.is_server() ? serve(node, settings) : work(node, settings); }

namespace {

std::vector<Field<FedAvg>> fields() {
  return {{"local_steps", &FedAvg::local_steps, at_least(1), "H, a client's local steps in a round"},
          {"participation", &FedAvg::participation, above_up_to(0, 1), "C, the fraction of clients in a round"},
          {"weigh_samples", &FedAvg::weigh_samples, "whether a client's weight is the number of its samples"},
          {"time_limit", &FedAvg::time_limit, at_least(0), "a client takes no further step after it; 0: no limit"}};
}

}  // namespace

AlgorithmEntry fed_avg_entry() {
  return algorithm<FedAvg>(
      "fed_avg", "the server averages the models of a few clients after local steps (McMahan et al. 2017)", fed_avg,
      {step_size<FedAvg>(), fields()},
      "McMahan, Moore, Ramage, Hampson, Aguera y Arcas, \"Communication-Efficient Learning of Deep Networks from "
      "Decentralized Data\", AISTATS 2017, arXiv:1602.05629",
      {.cost = "H gradients; one payload down, one up",
       .keeps_mean = false,
       .servers = 1,
       .sums = {},
       .counterparts = {{"proximal", "fed_prox"}}});
}

AlgorithmEntry fed_prox_entry() {
  return algorithm<FedAvg>(
      "fed_prox", "federated averaging whose clients stay near the server's model (Li et al. 2020)", fed_avg,
      {step_size<FedAvg>(),
       {{"proximal", &FedAvg::proximal, at_least(0), "μ, the weight of (μ/2)‖w − x‖² in a client's objective"}},
       fields()},
      "Li, Sahu, Zaheer, Sanjabi, Talwalkar, Smith, \"Federated Optimization in Heterogeneous Networks\", MLSys 2020, "
      "arXiv:1812.06127",
      {.cost = "H gradients; one payload down, one up", .keeps_mean = false, .servers = 1, .sums = {}});
}

}  // namespace gossamer
