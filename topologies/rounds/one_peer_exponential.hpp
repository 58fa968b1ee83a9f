#pragma once
#include <vector>

#include "topologies/mixing.hpp"

namespace gossamer {

/// The rounds of the one-peer exponential graph, directed; with P > 1 peers in a round, of its P-peer form:
///
///     W(e) = (I + Σ_{m=1…P} C^{m (P+1)^e}) / (P + 1),   e = 0 … τ − 1,   τ = ⌊log_{P+1}(n − 1)⌋ + 1,
///
/// where (C^u x)_i = x_{(i + u) mod n}: with P = 1 node i receives from i + 2^e, and both weights are one half. An
/// offset that is a multiple of n is the node itself, and the weights of equal offsets are added.
/// All rounds commute. If n = (P + 1)^τ, their product is J: a period averages exactly. For other n it does not; a
/// period multiplies √Γ at most by max_f Π_e |Σ_{m=0…P} exp(2πi f m (P+1)^e / n)| / (P + 1) over f = 1 … n − 1.
/// P = 1: Ying, Yuan, Chen, Hu, Pan, Yin, "Exponential Graph is Provably Efficient for Decentralized Deep Training",
/// NeurIPS 2021, arXiv:2110.13363. P-peer: Assran, Loizou, Ballas, Rabbat, "Stochastic Gradient Push for Distributed
/// Deep Learning", ICML 2019, arXiv:1811.10792.
/// Cost    O(n P log P) time and O(n P) weights for each of the τ rounds.
/// Throws TopologyError if n < 2 or P is not from 1 to n − 1.
std::vector<Mixing> one_peer_exponential(NodeId nodes, NodeId peers = 1);

}  // namespace gossamer
