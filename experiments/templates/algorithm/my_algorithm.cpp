#include "my_algorithm.hpp"

#include "algorithms/entry.hpp"

namespace own {
using namespace gossamer;

Task my_algorithm(Node& node, MyAlgorithm settings) {
  Params x = node.initial_params();
  while (node.running()) {
    for (int h = 0; h < settings.local_steps; ++h) {
      const double eta = settings.step_size.at(node.steps());
      const Params g = co_await node.gradient(x);
      x = x - eta * g;
    }
    for (const NodeId j : node.neighbors()) node.send(j, x);
    Combination average = node.weight(node.id()) * x;
    for (const NodeId j : node.neighbors()) average += node.weight(j) * co_await node.receive(j);
    x = average;
    node.report(x);
  }
}

AlgorithmEntry my_algorithm_entry() {
  using enum Need::What;
  return algorithm<MyAlgorithm>(
      "my_algorithm", "take H steps, then average with every neighbor", my_algorithm,
      {step_size<MyAlgorithm>(),
       {{"local_steps", &MyAlgorithm::local_steps, at_least(1), "steps H between two averagings"}}},
      "authors, title, venue, arXiv number",
      {.cost = "H gradients; one payload to each neighbor", .needs = {{fixed}, {undirected}, {aperiodic}}});
}

}  // namespace own
