#pragma once
#include <vector>

#include "topologies/mixing.hpp"

namespace gossamer {

/// The rounds of the one-peer hypercube on n = 2^dimension nodes: in round m node i averages with i XOR 2^m.
///
///     w_ii = w_{i, i XOR 2^m} = 1/2,   m = 0 … dimension − 1
///
/// Symmetric, and every round is a perfect matching. The rounds commute, and their product is J: a period averages
/// exactly, as in recursive doubling. A single node has one round with W = 1.
/// Cost    O(n) time and weights for each of the log₂ n rounds.
/// Throws TopologyError if the dimension is below 0 or above 23.
std::vector<Mixing> one_peer_hypercube(NodeId dimension);

}  // namespace gossamer
