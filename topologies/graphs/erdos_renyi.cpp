#include "topologies/graphs/erdos_renyi.hpp"

#include <cmath>

#include <fmt/format.h>

#include "sim/ground/random.hpp"
#include "topologies/graphs/complete.hpp"

namespace gossamer {
namespace {

/// One draw. The pairs (i, j), j < i, are numbered row by row. From one edge to the next a geometric number of pairs is
/// skipped.
Graph draw(NodeId nodes, double probability, Draws draws) {
  Graph graph = empty_graph(nodes);
  const double log_of_none = std::log1p(-probability);
  std::int64_t i = 1, j = -1;
  while (i < nodes) {
    const double skipped = std::floor(std::log1p(-draws.uniform()) / log_of_none);
    if (skipped >= static_cast<double>(nodes) * nodes) break;  // beyond the last pair
    j += 1 + static_cast<std::int64_t>(skipped);
    while (j >= i && i < nodes) j -= i++;
    if (i < nodes) add_edge(static_cast<NodeId>(i), static_cast<NodeId>(j), graph);
  }
  return graph;
}

}  // namespace

Graph erdos_renyi(NodeId nodes, double probability, std::uint64_t seed) {
  if (!(probability > 0 && probability <= 1))
    throw TopologyError{
        fmt::format("erdos_renyi: probability {} is out of range, expected above 0 and at most 1", probability)};
  check_size("erdos_renyi", nodes, 1, probability * nodes * (nodes - 1.0));
  if (probability == 1) return complete(nodes);
  constexpr std::uint64_t most_draws = 100;
  for (std::uint64_t attempt = 0; attempt < most_draws; ++attempt) {
    Graph graph = draw(nodes, probability, Draws{seed, Purpose::topology, 0, attempt});
    if (connected(graph)) return graph;
  }
  throw TopologyError{
      fmt::format("erdos_renyi: none of {} draws of {} nodes with probability {} was connected, expected well above ln "
                  "n / n = {:.3g}",
                  most_draws, nodes, probability, std::log(static_cast<double>(nodes)) / nodes)};
}

}  // namespace gossamer
