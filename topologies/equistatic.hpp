#pragma once
#include <cstdint>
#include <vector>

#include "topologies/mixing.hpp"

/// EquiTopo's basis is A^(u) = (1/n) I + ((n − 1)/n) C^u for the offsets u = 1 … n − 1, where (C^u x)_i = x_{(i+u) mod
/// n}; the mean of all n − 1 of them is J. Song, Li, Jin, Shi, Yan, Yin, Yuan, "Communication-Efficient Topologies for
/// Decentralized Learning with O(1) Consensus Rate", NeurIPS 2022, arXiv:2210.07881.
namespace gossamer {

/// M offsets, independent and uniform on 1 … n − 1, so that one may come twice. Throws TopologyError where n < 2 or
/// M < 1, naming the topology `kind`.
std::vector<NodeId> equitopo_offsets(const char* kind, NodeId nodes, NodeId count, std::uint64_t seed);

/// Offsets that are given. Throws TopologyError where n < 2, there is none, or one is not from 1 to n − 1.
std::vector<NodeId> equitopo_offsets(const char* kind, NodeId nodes, const std::vector<std::int64_t>& given);

/// M = ⌈8 ln(2n/p) / (3 ε²)⌉, with which ρ < ε with probability at least 1 − p.
NodeId equitopo_offset_count(NodeId nodes, double rho, double failure);

/// D-EquiStatic: W = (1/M) Σ A^(u) over the offsets, directed. ρ does not depend on n where M = Θ(ln n).
/// Throws TopologyError where the offsets leave the graph in parts.
Mixing d_equistatic(NodeId nodes, const std::vector<NodeId>& offsets);

/// U-EquiStatic: W = (1/M) Σ (A^(u) + A^(u)ᵀ)/2, symmetric, with twice the degree.
Mixing u_equistatic(NodeId nodes, const std::vector<NodeId>& offsets);

}  // namespace gossamer
