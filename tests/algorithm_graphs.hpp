#pragma once
#include "algorithms/registry.hpp"
#include "tests/graphs.hpp"

namespace gossamer::testing {

/// A graph on which the algorithm runs: a star around its server, a line, or a ring.
inline Mixing graph_for(const AlgorithmEntry& algorithm, NodeId n) {
  if (algorithm.servers > 0) return star(n);
  return algorithm.always_needs(Need::What::tree) ? line(n) : ring(n);
}

/// The number of nodes that train, of n.
inline NodeId workers_of(const AlgorithmEntry& algorithm, NodeId n) { return n - algorithm.servers; }

}  // namespace gossamer::testing
