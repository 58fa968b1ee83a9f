#pragma once
#include <vector>

#include "topologies/mixing.hpp"

namespace gossamer {

/// One-peer rounds of any undirected graph: each round uses one matching, and joined nodes average, w_ij = w_ii = 1/2.
/// The matchings are the first decomposition of `edge_colorings`, the largest matching first. A period uses every edge
/// once. A node without an edge in the matching does nothing in the round.
///
/// Every round is symmetric and doubly stochastic. On a ring of n = 2m nodes a period has two matchings and multiplies
/// √Γ by cos(π/m) at most, so a ring of four nodes averages exactly.
/// Throws TopologyError if the graph is directed.
std::vector<Mixing> one_peer_matchings(const Mixing& base);

}  // namespace gossamer
