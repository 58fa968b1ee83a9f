#pragma once
#include <cstdint>
#include <optional>

#include "topologies/mixing.hpp"

namespace gossamer {

/// What counting alone tells of the graph behind a mixing matrix.
struct Facts {
  NodeId nodes = 0;
  std::int64_t edges = 0;  ///< pairs of nodes; arcs where directed
  NodeId degree_min = 0;   ///< of the nodes that a node hears
  double degree_mean = 0;
  NodeId degree_max = 0;
  std::optional<NodeId> diameter = {};  ///< in hops; empty where finding it would look at more than 4·10⁸ arcs
  bool connected = true;                ///< what `Mixing` proves
  bool bipartite = false;               ///< whether two colors suffice, the direction of arcs aside
  bool directed = false;
  bool symmetric = true;                                ///< whether W = Wᵀ; of rounds, whether every W(k) is
  Stochasticity stochasticity = Stochasticity::doubly;  ///< which sums of W are 1; of rounds, those of every W(k)
};

/// Cost: one breadth-first search from every node, unless that would take too long: all graphs up to 5000 nodes of mean
/// degree 16 get their diameter, and denser ones whose searches end early.
Facts facts(const Mixing& mixing);

/// The greatest common divisor of the lengths of all closed walks, a weight that a node gives to itself being one of
/// length 1; 1 for a single node. W has as many eigenvalues of magnitude 1: only with period 1 do its powers bring
/// models together. At most one breadth-first search; W must be connected.
NodeId period(const Mixing& mixing);

/// Whether two colors suffice for nodes that hear one another to differ. One breadth-first search; W must be connected.
bool bipartite(const Mixing& mixing);

}  // namespace gossamer
