#include "algorithms/decentralized/relay_sgd.hpp"

#include <optional>
#include <vector>

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
  std::vector<std::optional<Encoded>> heard(neighbors.size());  // from each neighbor, in the last round
  Params x = node.initial_params();
  const bool by_nodes = settings.divide_by == RelaySgd::Divisor::nodes;
  const Params first = by_nodes ? x : Params{};
  while (node.running()) {
    x = x - settings.step_size * co_await direction.at(x);
    for (std::size_t to = 0; to < neighbors.size(); ++to) {
      Relayed relayed{x, 1};
      for (std::size_t from = 0; from < neighbors.size(); ++from)
        if (from != to) relayed.add(heard[from]);
      node.send(neighbors[to], Encoded{relayed.sum, node.payload() + count_bytes, relayed.count});
    }
    Relayed all{x, 1};
    for (std::size_t from = 0; from < neighbors.size(); ++from) {
      heard[from] = co_await node.receive_encoded(neighbors[from]);
      all.add(heard[from]);
    }
    const double missing = node.nodes() - all.count;
    if (!by_nodes || missing == 0)
      x = (1 / all.count) * all.sum;
    else
      x = (1.0 / node.nodes()) * (all.sum + missing * first);
    node.report(x);
  }
}

}  // namespace gossamer
