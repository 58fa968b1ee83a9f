#pragma once
#include <cstdint>
#include <vector>

#include "topologies/rounds/rounds.hpp"

/// EquiTopo's one-peer rounds. Every round draws an offset u, from all of 1 … n − 1 (the "complete" variants) or from
/// M static ones. With c = 1 − e and e = h (n − 1)/n, for the weight h ∈ (0, 1] ("eta"):
///
///     OD-EquiDyn   W = c I + e C^u, (C^u x)_i = x_{(i+u) mod n}: node i receives from i + u, directed
///     OU-EquiDyn   W = c I + e P: from a random node s on, i is matched with i + u if both are still free; P swaps
///                  the models of matched nodes and does not change the others
///
/// Song, Li, Jin, Shi, Yan, Yin, Yuan, "Communication-Efficient Topologies for Decentralized Learning with O(1)
/// Consensus Rate", NeurIPS 2022, arXiv:2210.07881.
namespace gossamer {

/// W for one offset u. If u is uniform on 1 … n − 1, a round multiplies Γ by exactly c² + e² − 2ce/(n − 1) in
/// expectation, in every direction: 1/2 − 1/(2n) for h = 1/2, and the smallest factor at h = n/(2(n − 1)).
Mixing od_equidyn_round(NodeId nodes, NodeId offset, double eta);

/// W for one offset and one start.
Mixing ou_equidyn_round(NodeId nodes, NodeId offset, NodeId start, double eta);

/// Rounds with offsets drawn uniformly from a list; from 1 … n − 1 if the list is empty. E[W] and E[WᵀW] are exact.
/// Throws TopologyError if n < 2, or if the union of all rounds is not connected.
/// Memory  of E[W]: as many weights as all rounds have together, n² with all offsets.
RandomRounds od_equidyn(NodeId nodes, std::vector<NodeId> offsets, double eta, std::uint64_t seed);
RandomRounds ou_equidyn(NodeId nodes, std::vector<NodeId> offsets, double eta, std::uint64_t seed);

}  // namespace gossamer
