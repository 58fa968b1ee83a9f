#include "algorithms/decentralized/relay_sgd.hpp"

#include <optional>
#include <vector>

#include "algorithms/entry.hpp"

namespace gossamer {
namespace {

/// A sum of models, and their number.
struct Relayed {
  Combination sum;
  double count;

  void add(const std::optional<Encoded>& message) {
    if (!message) return;  // no message came
    sum += message->vector;
    count += message->weight;
  }
};

}  // namespace

Task relay_sgd(Node& node, RelaySgd settings) {
  constexpr Bytes count_bytes = sizeof(double);
  Direction direction{node, settings.local, settings.step_size};
  const auto neighbors = node.neighbors();
  std::vector<std::optional<Encoded>> last_messages(neighbors.size());  // from each neighbor, in the last round
  Params x = node.initial_params();
  const bool by_nodes = settings.divide_by == RelaySgd::Divisor::nodes;
  const Params first = by_nodes ? x : Params{};
  while (node.running()) {
    const double eta = settings.step_size.at(node.steps());
    x = x - eta * co_await direction.at(x);
    for (std::size_t to = 0; to < neighbors.size(); ++to) {
      Relayed relayed{x, 1};
      for (std::size_t from = 0; from < neighbors.size(); ++from)
        if (from != to) relayed.add(last_messages[from]);
      node.send(neighbors[to], Encoded{relayed.sum, node.payload() + count_bytes, relayed.count});
    }
    Relayed all{x, 1};
    for (std::size_t from = 0; from < neighbors.size(); ++from) {
      last_messages[from] = co_await node.receive_encoded(neighbors[from]);
      all.add(last_messages[from]);
    }
    const double missing = node.nodes() - all.count;
    if (!by_nodes || missing == 0)
      x = (1 / all.count) * all.sum;
    else
      x = (1.0 / node.nodes()) * (all.sum + missing * first);
    node.report(x);
  }
}

AlgorithmEntry relay_sgd_entry() {
  using enum Need::What;
  return algorithm<RelaySgd>(
      "relay_sgd", "relay sums of models through a tree: exact with one local step (Vogels et al. 2021)", relay_sgd,
      {step_size<RelaySgd>(),
       {{"divide_by", &RelaySgd::divide_by,
         choices<RelaySgd::Divisor>({{"received", RelaySgd::Divisor::received}, {"nodes", RelaySgd::Divisor::nodes}}),
         "the number of models in the sum, or of all nodes, of which those that have not come count "
         "as the node's first model"}},
       inexact_local_steps<RelaySgd>(),
       local_momentum<RelaySgd>()},
      "Vogels, He, Koloskova, Lin, Karimireddy, Stich, Jaggi, \"RelaySum for Decentralized Deep "
      "Learning on Heterogeneous Data\", NeurIPS 2021, arXiv:2110.04175",
      {.cost = "H gradients; one payload and a count to each neighbor, all different",
       .vectors_per_neighbor = 1,
       .keeps_mean = false,
       .exact = true,
       .sums = {},
       .needs = {{tree}}});
}

}  // namespace gossamer
