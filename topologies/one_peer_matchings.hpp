#pragma once
#include <vector>

#include "topologies/mixing.hpp"

namespace gossamer {

/// One-peer rounds of any undirected graph: its matchings in turn, along which nodes average, w_ij = w_ii = 1/2. The
/// matchings are the first of `edge_colorings`, as few as were found, the largest one first. A period asks every edge
/// once; who has no edge in a matching rests.
///
/// Every round is symmetric and doubly stochastic. The two matchings of a ring of n = 2m nodes take √Γ in a period to
/// cos(π/m) at least, so that a ring of four averages exactly.
/// Throws TopologyError where the graph is directed.
std::vector<Mixing> one_peer_matchings(const Mixing& base);

}  // namespace gossamer
