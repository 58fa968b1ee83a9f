#include <algorithm>

#include <fmt/format.h>

#include "sim/network/collectives/collectives.hpp"
#include "sim/network/network.hpp"

namespace gossamer {

std::span<const AllReduce> all_reduces_among_peers() {
  static constexpr AllReduce algorithms[] = {AllReduce::ring, AllReduce::recursive_doubling, AllReduce::rabenseifner,
                                             AllReduce::binomial_tree};
  return algorithms;
}

namespace {

/// True if MPICH halves vectors of `size` bytes in a reduction.
bool is_halved(NodeId nodes, Bytes size) {
  constexpr Bytes short_message = 2048, parameter = 4;
  return size > short_message && size / parameter >= Group{.nodes = nodes}.core();
}

}  // namespace

AllReduceMethod chosen(AllReduceMethod method, NodeId nodes, Bytes size) {
  method.shards = std::min(method.shards, nodes);  // fewer nodes may be left
  if (method.algorithm != AllReduce::mpich) return method;
  return is_halved(nodes, size) ? AllReduce::rabenseifner : AllReduce::recursive_doubling;
}

std::string_view chosen_by_mpich(std::string_view collective, NodeId nodes, Bytes size) {
  constexpr Bytes short_broadcast = 12'288, short_gather = 81'920, long_message = 524'288;
  constexpr NodeId few = 8;
  const bool power_of_two = Group{.nodes = nodes}.power_of_two();
  if (collective == "all_reduce") return algorithm_of(chosen(AllReduce::mpich, nodes, size).algorithm).name;
  if (collective == "reduce") return is_halved(nodes, size) ? "reduce_scatter_gather" : "binomial";
  if (collective == "reduce_scatter") return size < long_message ? "recursive_halving" : "ring";
  if (collective == "all_gather")
    return size < (power_of_two ? long_message : short_gather) ? "recursive_doubling" : "ring";
  if (size < short_broadcast || nodes < few) return "binomial";
  return size < long_message && power_of_two ? "scatter_doubling" : "scatter_all_gather";
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
