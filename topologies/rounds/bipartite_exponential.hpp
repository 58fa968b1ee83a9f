#pragma once
#include <vector>

#include "topologies/mixing.hpp"

namespace gossamer {

/// The rounds of the bipartite exponential graph: every odd node r exchanges models with the even nodes r + o for the
/// next `peers` of the offsets
///
///     o = +1, −1, +3, −3, +5, −5, +9, −9, … ±(1 + 2^i) …,   i up to ⌊log₂(n − 1)⌋,
///
/// where offsets that are equal modulo n count once. Each offset is a perfect matching, so odd nodes can initiate and
/// even nodes answer without a deadlock. All weights are 1/(peers + 1). With G offsets a period has G/gcd(G, peers)
/// rounds.
/// Every round is symmetric and doubly stochastic; two rounds of four nodes average exactly.
/// Cost    O(n peers) time and weights for each round of a period.
///
/// Assran, Loizou, Ballas, Rabbat, "Stochastic Gradient Push for Distributed Deep Learning", ICML 2019,
/// arXiv:1811.10792, and their DynamicBipartiteExponentialGraph, on which AD-PSGD runs. Throws TopologyError if n is
/// odd or below 2, or if `peers` is not from 1 to G.
std::vector<Mixing> bipartite_exponential(NodeId nodes, NodeId peers = 1);

}  // namespace gossamer
