#include "topologies/rounds/random_regular_rounds.hpp"

#include <numeric>
#include <utility>
#include <vector>

#include "sim/ground/random.hpp"
#include "topologies/graph.hpp"
#include "topologies/graphs/random_regular.hpp"
#include "topologies/rounds/pairwise.hpp"
#include "topologies/weights.hpp"

namespace gossamer {
namespace {

/// One round. Nodes are renumbered at random: then all nodes have exactly the same law, which repairs would not ensure.
Mixing draw_round(NodeId nodes, NodeId degree, Weighting::Rule rule, Draws draws) {
  const std::uint64_t high = draws();
  const Graph drawn = random_regular(nodes, degree, high << 32 | draws());
  std::vector<NodeId> number(static_cast<std::size_t>(nodes));
  std::iota(number.begin(), number.end(), NodeId{0});
  for (std::size_t at = number.size(); at > 1; --at) std::swap(number[at - 1], number[draws.below(at)]);
  Graph graph = empty_graph(nodes);
  for (NodeId i = 0; i < nodes; ++i)
    for (const auto j : receivers(i, drawn))
      if (i < static_cast<NodeId>(j)) add_edge(number[static_cast<std::size_t>(i)], number[j], graph);
  return weigh(graph, {.rule = rule});
}

}  // namespace

RandomRounds random_regular_each_round(NodeId nodes, NodeId degree, Weighting::Rule rule, std::uint64_t seed) {
  if (rule == Weighting::Rule::best_constant)
    throw TopologyError{
        "random_regular_each_round: weights \"best_constant\" differ from round to round, expected another rule"};
  check_size("random_regular_each_round", nodes, 1, static_cast<double>(nodes) * nodes);
  const Mixing first = draw_round(nodes, degree, rule, Draws{seed, Purpose::round, 0, 0});  // throws if impossible
  RandomRounds result;
  result.draw = [nodes, degree, rule, seed](std::uint64_t k) {
    return draw_round(nodes, degree, rule, Draws{seed, Purpose::round, 0, k});
  };
  if (nodes == 1) {
    result.mean = std::make_shared<const Mixing>(first);
    result.square = [mean = result.mean] { return mean->matrix(); };
    return result;
  }
  const double n = nodes, kept = first.weight(0, 0), squares = first.matrix().row(0).squaredNorm();
  const double other = (1 - kept) / (n - 1);
  result.mean = std::make_shared<const Mixing>(alike(nodes, kept - other, other));
  result.square = [nodes, n, squares] {
    const double eigenvalue = (n * squares - 1) / (n - 1);  // E[WᵀW] has it n − 1 times, and 1 once; its trace is n q
    return alike(nodes, eigenvalue, (1 - eigenvalue) / n);
  };
  return result;
}

}  // namespace gossamer
