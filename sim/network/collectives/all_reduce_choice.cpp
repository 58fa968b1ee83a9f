#include <algorithm>

#include <fmt/format.h>

#include "sim/network/collectives/collectives.hpp"
#include "sim/network/collectives/mpich.hpp"
#include "sim/network/network.hpp"

namespace gossamer {

std::span<const AllReduce> all_reduces_among_peers() {
  static constexpr AllReduce algorithms[] = {AllReduce::ring, AllReduce::recursive_doubling, AllReduce::rabenseifner,
                                             AllReduce::binomial_tree};
  return algorithms;
}

AllReduceMethod chosen(AllReduceMethod method, NodeId nodes, Bytes size) {
  method.shards = std::min(method.shards, nodes);  // fewer nodes may be left
  if (method.algorithm != AllReduce::mpich) return method;
  return mpich::halved_reduction(nodes, size) ? AllReduce::rabenseifner : AllReduce::recursive_doubling;
}

void check_shards(AllReduce algorithm, std::optional<NodeId> shards, NodeId nodes) {
  if (shards && algorithm != AllReduce::parameter_server)
    throw NetworkError{"shards are given, but only the all_reduce \"parameter_server\" has shards"};
  if (shards && *shards > nodes)
    throw NetworkError{
        fmt::format("a parameter server in {} shards needs as many nodes, but there are {}", *shards, nodes)};
}

Traffic all_reduce_traffic(const AllReduceMethod& method, NodeId node, NodeId nodes, Bytes size) {
  const Group group{.nodes = nodes, .shards = method.shards};
  if (nodes == 1) return {};
  if (method.algorithm == AllReduce::ring) {
    // A node sends every piece twice, except its own piece and the next one, which it sends once; see the schedule.
    const auto piece = [&](NodeId k) { return size * (k + 1) / nodes - size * k / nodes; };
    const auto but_once = [&](NodeId one, NodeId other) { return 2 * size - piece(one) - piece(other); };
    const NodeId before = (node + nodes - 1) % nodes, next = (node + 1) % nodes;
    const std::int64_t messages = 2 * (nodes - 1);
    return {messages, messages, but_once(node, next), but_once(before, node)};
  }
  return algorithm_of(method.algorithm).schedule(node, group).traffic(node, size);
}

}  // namespace gossamer
