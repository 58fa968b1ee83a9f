#include "sim/engine/fastest_all_reduce.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <vector>

#include "sim/engine/play_collective.hpp"
#include "sim/network/collectives/collectives.hpp"

namespace gossamer {
namespace {

constexpr NodeId most_played = 300;
constexpr double slower_than_rounding = 1 + 1e-6;

/// Algorithms that send few messages come first, so that the ring is given up early if it is slow.
AllReduce fastest_when_played(const Network& network, NodeId nodes, Bytes payload) {
  const std::vector<Seconds> starts(static_cast<std::size_t>(nodes));
  const auto algorithms = all_reduces_among_peers();
  std::vector<Seconds> durations(algorithms.size());
  Seconds least{std::numeric_limits<double>::infinity()};
  for (std::size_t k = algorithms.size(); k-- > 0;) {
    const auto alone = network.fresh();
    const auto ends = play_collective(algorithm_of(algorithms[k]), {.nodes = nodes}, *alone, payload, starts,
                                      slower_than_rounding * least);
    durations[k] = *std::max_element(ends.begin(), ends.end());
    least = std::min(least, durations[k]);
  }
  FastestAllReduce fastest;
  for (std::size_t k = 0; k < algorithms.size(); ++k) fastest.consider(algorithms[k], durations[k]);
  return fastest.algorithm();
}

}  // namespace

AllReduceMethod fastest_all_reduce(const Network& network, Collectives collectives, NodeId nodes, Bytes payload) {
  const AllReduceMethod method = chosen(network.all_reduce_method(), nodes, payload);
  if (method.algorithm != AllReduce::automatic) return method;
  if (collectives == Collectives::formula) return network.all_reduce(nodes, payload).method;
  if (nodes <= most_played) return fastest_when_played(network, nodes, payload);
  try {
    return network.all_reduce(nodes, payload).method;
  } catch (const NetworkError&) {
    return fastest_when_played(network, nodes, payload);  // a link has failed, and formulas do not model that
  }
}

}  // namespace gossamer
