#pragma once
#include <cstdint>
#include <optional>

#include "topologies/mixing.hpp"

namespace gossamer {

/// The properties of a mixing matrix's graph that need counting alone.
struct GraphFacts {
  NodeId nodes = 0;
  std::int64_t edges = 0;  ///< pairs of nodes; arcs if directed
  NodeId degree_min = 0;   ///< degrees count the nodes from which a node receives
  double degree_mean = 0;
  NodeId degree_max = 0;
  std::optional<NodeId> diameter = {};  ///< in hops; empty if the search would visit more than 4·10⁸ arcs
  bool connected = true;                ///< proved by `Mixing`
  bool bipartite = false;               ///< whether two colors suffice, for arcs without their direction
  bool directed = false;
  bool symmetric = true;  ///< whether W = Wᵀ; for rounds, whether every W(k) is symmetric
  Stochasticity stochasticity = Stochasticity::doubly;  ///< the sums of W that are 1; for rounds, those of every W(k)
};

/// Cost    one breadth-first search from every node, unless that would take too long. All graphs up to 5000 nodes of
///         mean degree 16 get their diameter, and denser graphs whose searches end early.
GraphFacts facts(const Mixing& mixing);

/// The greatest common divisor of the lengths of all closed walks; w_ii ≠ 0 is a closed walk of length 1. The result is
/// 1 for a single node. It is the number of W's eigenvalues of magnitude 1, so W's powers converge only with period 1.
/// Cost    at most one breadth-first search. W must be connected.
NodeId period(const Mixing& mixing);

/// Whether two colors suffice such that joined nodes have different colors.
/// Cost    one breadth-first search. W must be connected.
bool bipartite(const Mixing& mixing);

}  // namespace gossamer
