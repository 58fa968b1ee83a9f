#include "topologies/graphs/watts_strogatz.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "sim/ground/random.hpp"

namespace gossamer {
namespace {

using Lists = std::vector<std::vector<NodeId>>;

std::vector<NodeId>& list(Lists& lists, NodeId i) { return lists[static_cast<std::size_t>(i)]; }

void join(Lists& lists, NodeId i, NodeId j) {
  list(lists, i).push_back(j);
  list(lists, j).push_back(i);
}

bool joined(Lists& lists, NodeId i, NodeId j) { return std::ranges::find(list(lists, i), j) != list(lists, i).end(); }

/// Moves the end j of the edge (i, j) to a random node. If i is joined to all others, the edge does not change.
void rewire(Lists& lists, NodeId i, NodeId j, Draws& draws) {
  const std::size_t nodes = lists.size();
  if (list(lists, i).size() + 1 >= nodes) return;
  const auto anyone = [&] { return static_cast<NodeId>(draws.below(nodes)); };
  NodeId target = anyone();
  while (target == i || joined(lists, i, target)) target = anyone();
  std::erase(list(lists, i), j);
  std::erase(list(lists, j), i);
  join(lists, i, target);
}

Graph draw(NodeId nodes, NodeId degree, double rewiring, Draws draws) {
  Lists lists(static_cast<std::size_t>(nodes));
  const auto step = [nodes](NodeId i, NodeId s) { return (i + s) % nodes; };
  for (NodeId s = 1; s <= degree / 2; ++s)
    for (NodeId i = 0; i < nodes; ++i) join(lists, i, step(i, s));
  for (NodeId s = 1; s <= degree / 2; ++s)
    for (NodeId i = 0; i < nodes; ++i)
      if (draws.uniform() < rewiring) rewire(lists, i, step(i, s), draws);
  Graph graph = empty_graph(nodes);
  for (NodeId i = 0; i < nodes; ++i)
    for (const NodeId j : list(lists, i))
      if (i < j) add_edge(i, j, graph);
  return graph;
}

void check(NodeId nodes, NodeId degree, double rewiring) {
  check_size("watts_strogatz", nodes, 3, static_cast<double>(nodes) * degree);
  if (degree < 2 || degree >= nodes || degree % 2 != 0)
    throw TopologyError{fmt::format(
        "watts_strogatz: degree {} does not fit, expected an even number from 2 to below the {} nodes", degree, nodes)};
  if (!(rewiring >= 0 && rewiring <= 1))
    throw TopologyError{fmt::format("watts_strogatz: rewiring {} is out of range, expected from 0 to 1", rewiring)};
}

}  // namespace

Graph watts_strogatz(NodeId nodes, NodeId degree, double rewiring, std::uint64_t seed) {
  check(nodes, degree, rewiring);
  constexpr std::uint64_t most_draws = 100;
  for (std::uint64_t attempt = 0; attempt < most_draws; ++attempt) {
    Graph graph = draw(nodes, degree, rewiring, Draws{seed, Purpose::topology, 0, attempt});
    if (connected(graph)) return graph;
  }
  throw TopologyError{
      fmt::format("watts_strogatz: none of {} draws of {} nodes of degree {} with rewiring {} was connected, "
                  "expected a degree well above ln n = {:.3g} or less rewiring",
                  most_draws, nodes, degree, rewiring, std::log(static_cast<double>(nodes)))};
}

}  // namespace gossamer
