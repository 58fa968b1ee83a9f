#include "algorithms/server/saga.hpp"

#include <utility>
#include <vector>

#include "algorithms/entry.hpp"
#include "algorithms/parts/sampled_clients.hpp"
#include "algorithms/parts/workers_and_server.hpp"

namespace gossamer {
namespace {

enum class Method { adsaga, iag };

Task serve(Node& node, Saga settings, Method method) {
  const double share = 1 / static_cast<double>(node.samples());
  Params x = node.initial_params();
  Params mean = 0.0 * x;
  std::uint64_t steps = 0;
  Pushes pushes{node, [&](NodeId worker) { node.send(worker, x); }};
  while (const auto push = co_await pushes.next()) {
    const Params& h = push->content.vector;
    const double eta = settings.step_size.at(steps++);
    if (method == Method::adsaga) {
      x = x - eta * h - eta * mean;
      mean = mean + share * h;
    } else {
      mean = mean + share * h;
      x = x - eta * mean;
    }
    node.report(x);
    node.send(push->sender, x);
  }
}

Task work(Node& node, Method method) {
  const std::uint64_t samples = node.samples();
  const auto first = co_await first_model(node);
  if (!first) co_return;
  Params x = first->vector;
  std::vector<Params> remembered(samples, 0.0 * x);
  Draws draws = node.draws(Purpose::component);
  for (std::uint64_t k = 0; node.running(); ++k) {
    const std::uint64_t j = method == Method::adsaga ? draws.below(samples) : k % samples;
    const Params g = co_await node.gradient(x, SampleSet::one(j));
    node.send(server_of(node), Params{g - remembered[j]});
    remembered[j] = g;
    const auto next = co_await from_server(node);
    if (!next) co_return;
    x = next->vector;
    node.report(x);
  }
  node.send(server_of(node), farewell());
}

Task program(Node& node, Saga settings, Method method) {
  return node.is_server() ? serve(node, settings, method) : work(node, method);
}

/// No gradient is under way while the server steps: each round has one client.
Task serve_one_by_one(Node& node, Saga settings) {
  const double share = 1 / static_cast<double>(node.samples());
  constexpr double at_least_one = 1e-300;
  SampledClients clients{node, UniformClients{at_least_one}};
  Params x = node.initial_params();
  Params mean = 0.0 * x;
  std::uint64_t steps = 0;
  while (clients.any_left()) {
    clients.choose();
    const SampledClients::Invitation invite = [&](NodeId i) { node.send(i, x); };
    const std::vector<Received> answers = co_await clients.answers(invite);
    if (answers.empty()) continue;
    const Params& h = answers.front().content.vector;
    x = x - settings.step_size.at(steps++) * (h + mean);
    mean = mean + share * h;
    node.report(x);
  }
}

Task work_if_chosen(Node& node) {
  const std::uint64_t samples = node.samples();
  std::vector<Params> remembered(samples, 0.0 * node.initial_params());
  Draws draws = node.draws(Purpose::component);
  if (node.began_anew()) node.send(server_of(node), request());
  while (node.running()) {
    const auto x = co_await from_server(node);
    if (!x) co_return;
    const std::uint64_t j = draws.below(samples);
    const Params g = co_await node.gradient(x->vector, SampleSet::one(j));
    const Params h = g - remembered[j];
    remembered[j] = g;
    node.report(x->vector);
    node.send(server_of(node), Encoded{h, node.payload(), number_of_answer(node, 1)});
    if (!node.running()) co_return;
  }
  node.send(server_of(node), farewell());
}

AlgorithmFacts facts() {
  return {.cost = "the gradient of one sample; one payload up, one down",
          .synchronous = false,
          .keeps_mean = false,
          .exact = true,
          .servers = 1,
          .sums = {}};
}

}  // namespace

Task saga(Node& node, Saga settings) {
  return node.is_server() ? serve_one_by_one(node, settings) : work_if_chosen(node);
}
Task adsaga(Node& node, Saga settings) { return program(node, settings, Method::adsaga); }
Task iag(Node& node, Saga settings) { return program(node, settings, Method::iag); }

AlgorithmEntry saga_entry() {
  AlgorithmFacts one_by_one = facts();
  one_by_one.synchronous = true;
  one_by_one.steps_alike = false;
  return algorithm<Saga>(
      "saga", "SAGA: a random worker at a time sends what a gradient has changed (Defazio et al. 2014)", saga,
      {step_size<Saga>()},
      "Defazio, Bach, Lacoste-Julien, \"SAGA: A Fast Incremental Gradient Method With Support for Non-Strongly Convex "
      "Composite Objectives\", NeurIPS 2014, arXiv:1407.0202",
      std::move(one_by_one));
}
AlgorithmEntry adsaga_entry() {
  return algorithm<Saga>("adsaga",
                         "asynchronous SAGA over samples that stay with their workers (Glasgow and Wootters 2022)",
                         adsaga, {step_size<Saga>()},
                         "Glasgow, Wootters, \"Asynchronous Distributed Optimization with Stochastic Delays\", AISTATS "
                         "2022, arXiv:2009.10717",
                         facts());
}
AlgorithmEntry iag_entry() {
  return algorithm<Saga>(
      "iag",
      "incremental aggregated gradient: the server's step is along the last gradients of all "
      "samples (Blatt et al. 2007)",
      iag, {step_size<Saga>()},
      "Blatt, Hero, Gauchman, \"A convergent incremental gradient method with a constant step size\", "
      "SIAM Journal on Optimization 18(1), 2007",
      facts());
}

}  // namespace gossamer
