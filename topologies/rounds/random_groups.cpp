#include "topologies/rounds/random_groups.hpp"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sim/ground/random.hpp"
#include "topologies/error.hpp"
#include "topologies/graph.hpp"
#include "topologies/rounds/pairwise.hpp"

namespace gossamer {
namespace {

Mixing draw_groups(NodeId nodes, NodeId size, Draws draws) {
  std::vector<NodeId> order(static_cast<std::size_t>(nodes));
  std::iota(order.begin(), order.end(), NodeId{0});
  for (std::size_t at = order.size(); at > 1; --at) std::swap(order[at - 1], order[draws.below(at)]);
  const auto most = static_cast<std::size_t>(size);
  std::vector<Eigen::Triplet<double, NodeId>> entries;
  entries.reserve(order.size() * most);
  for (std::size_t first = 0; first < order.size(); first += most) {
    const std::size_t end = std::min(first + most, order.size());
    for (std::size_t i = first; i < end; ++i)
      for (std::size_t j = first; j < end; ++j)
        entries.emplace_back(order[i], order[j], 1.0 / static_cast<double>(end - first));
  }
  SparseMatrix w(nodes, nodes);
  w.setFromTriplets(entries.begin(), entries.end());
  return Mixing{w, {.connectivity = Connectivity::any}};
}

}  // namespace

RandomRounds random_groups(NodeId nodes, NodeId size, std::uint64_t seed) {
  check_size("random_groups", nodes, 1, static_cast<double>(nodes) * nodes);
  if (size > nodes)
    throw TopologyError{fmt::format("random_groups: groups of {} nodes need as many, and there are {}", size, nodes)};
  const double n = nodes, whole = nodes / size, rest = nodes % size;
  const double other = n > 1 ? (whole * (size - 1) + std::max(rest - 1, 0.0)) / (n * (n - 1)) : 0;
  RandomRounds result;
  result.mean = std::make_shared<const Mixing>(alike(nodes, 1 - n * other, other));
  result.square = [mean = result.mean] { return mean->matrix(); };
  result.draw = [nodes, size, seed](std::uint64_t k) {
    return draw_groups(nodes, size, Draws{seed, Purpose::round, 0, k});
  };
  return result;
}

}  // namespace gossamer
