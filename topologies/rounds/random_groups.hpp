#pragma once
#include <cstdint>

#include "topologies/rounds/rounds.hpp"

namespace gossamer {

/// Random groups: every round cuts a random order of all nodes into groups of g, and groups average: w_ij = 1/g within
/// a group. The last group has the nodes that are left, n mod g of them, if any. Groups of two are `random_matchings` of
/// the complete graph, but for the draws.
///
/// W is a projection, so E[WᵀW] = E[W], and all nodes have the same law: with G groups a round multiplies Γ by exactly
/// (G − 1)/(n − 1) in expectation, in every direction. E[w_ij] = Σ_groups (size − 1)/(n (n − 1)).
/// Cost    of a round: O(n g).
/// Throws TopologyError if n < g.
RandomRounds random_groups(NodeId nodes, NodeId size, std::uint64_t seed);

}  // namespace gossamer
