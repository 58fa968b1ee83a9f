#include "algorithms/server/scaffold.hpp"

#include <optional>
#include <vector>

#include "algorithms/entry.hpp"
#include "algorithms/parts/sampled_clients.hpp"

namespace gossamer {
namespace {

// The numbers of messages: of models or their changes, and of control variates or their changes.
constexpr double of_model = 1;
constexpr double of_control = 2;

/// A client sends the change of its model, and then that of its control variate.
Task serve(Node& node, Scaffold settings) {
  SampledClients clients{node, settings.sampler};
  Params x = node.initial_params();
  Params c = 0.0 * x;
  const double n = static_cast<double>(clients.all());
  while (clients.any_left()) {
    clients.choose();
    const SampledClients::Invitation invite = [&](NodeId i) {
      node.send(i, Encoded{x, node.payload(), of_model});
      node.send(i, Encoded{c, node.payload(), of_control});
    };
    const std::vector<Received> answers = co_await clients.answers(invite, 2);
    if (answers.empty()) continue;
    Combination moves, corrections;
    for (const Received& answer : answers)
      (answer.content.weight == of_control ? corrections : moves) += answer.content.vector;
    x = x + (settings.server_step / static_cast<double>(answers.size() / 2)) * moves;
    c = c + (1 / n) * corrections;
    node.report(x);
  }
}

Task work(Node& node, Scaffold settings) {
  Params own = 0.0 * node.initial_params();  // c_i
  if (node.began_anew()) node.send(server_of(node), request());
  while (node.running()) {
    Params x;
    std::optional<Encoded> control;
    for (bool has_model = false; !control;) {
      const auto message = co_await from_server(node);
      if (!message) co_return;
      if (message->weight == of_model) {
        x = message->vector;
        has_model = true;
      } else if (has_model) {  // else the model has been lost, and both come again
        control = message;
      }
    }
    const Params c = control->vector;
    Params y = x;
    double length = 0;  // Σ η
    for (int k = 0; k < settings.local_steps; ++k) {
      const double eta = settings.step_size.at(node.steps());
      const Params g = co_await node.gradient(y);
      length += eta;
      y = y - eta * (g - own + c);
    }
    Params next;
    if (settings.option == Scaffold::Option::gradient) {
      next = co_await node.gradient(x, SampleSet::all());
    } else {
      next = own - c + (1 / length) * (x - y);
    }
    node.send(server_of(node), Encoded{y - x, node.payload(), of_model});
    node.send(server_of(node), Encoded{next - own, node.payload(), number_of_answer(node, of_control)});
    own = next;
    node.report(y);
    if (!node.running()) co_return;
  }
  node.send(server_of(node), farewell());
}

}  // namespace

Task scaffold(Node& node, Scaffold settings) { return node.is_server() ? serve(node, settings) : work(node, settings); }

AlgorithmEntry scaffold_entry() {
  using enum Scaffold::Option;
  return algorithm<Scaffold>(
      "scaffold", "federated averaging with control variates against client drift (Karimireddy et al. 2020)", scaffold,
      {step_size<Scaffold>(),
       {{"local_steps", &Scaffold::local_steps, at_least(1), "K, a client's local steps in a round"},
        {"server_step", &Scaffold::server_step, above(0), "step size η_g of the server"},
        {"sampler", &Scaffold::sampler, "of the clients of a round"},
        {"option", &Scaffold::option, choices<Scaffold::Option>({{"path", path}, {"gradient", gradient}}),
         "the new control variate: the mean gradient on the local path (II), or the gradient at the server's model "
         "(I)"}}},
      "Karimireddy, Kale, Mohri, Reddi, Stich, Suresh, \"SCAFFOLD: Stochastic Controlled Averaging for Federated "
      "Learning\", ICML 2020, arXiv:1910.06378",
      {.cost = "K gradients; two payloads down, two up",
       .vectors = 2,
       .keeps_mean = false,
       .exact = true,
       .exact_locally = true,
       .servers = 1,
       .sums = {}});
}

}  // namespace gossamer
