#include "sim/network/network.hpp"

#include "sim/network/collectives/collectives.hpp"

namespace gossamer {
namespace {

/// The fastest algorithm by formula. Throws NetworkError if no algorithm has a formula.
AllReduceMethod fastest(const Network& network, NodeId nodes, Bytes size) {
  FastestAllReduce fastest;
  std::optional<NetworkError> wrong;
  for (const AllReduce algorithm : all_reduces_among_peers()) {
    try {
      fastest.consider(algorithm, network.duration(algorithm_of(algorithm), {.nodes = nodes}, size));
    } catch (const NetworkError& error) {
      wrong = error;
    }
  }
  if (!fastest.found()) throw *wrong;
  return fastest.algorithm();
}

}  // namespace

Network::Collective Network::all_reduce(NodeId nodes, Bytes size) const {
  if (cached_.nodes == nodes && cached_.size == size) return cached_.collective;
  AllReduceMethod method = chosen(all_reduce_method(), nodes, size);
  if (method.algorithm == AllReduce::automatic) method = fastest(*this, nodes, size);
  const Group group{.nodes = nodes, .shards = method.shards};
  const CollectiveCost takes = cost(algorithm_of(method.algorithm), group, size);
  cached_ = {nodes, size, {.duration = takes.duration, .in_flight = takes.in_flight, .method = method}};
  return cached_.collective;
}

}  // namespace gossamer
