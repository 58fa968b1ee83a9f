#pragma once
#include <cstdint>
#include <vector>

#include "topologies/mixing.hpp"

/// EquiTopo's basis is A^(u) = (1/n) I + ((n − 1)/n) C^u for the offsets u = 1 … n − 1, with
/// (C^u x)_i = x_{(i+u) mod n}. The mean of all n − 1 matrices is J. Song, Li, Jin, Shi, Yan, Yin, Yuan,
/// "Communication-Efficient Topologies for Decentralized Learning with O(1) Consensus Rate", NeurIPS 2022,
/// arXiv:2210.07881.
namespace gossamer {

/// M offsets, independent and uniform on 1 … n − 1, so that one may occur twice. Throws TopologyError, which names the
/// topology `kind`, if n < 2 or M < 1.
std::vector<NodeId> equitopo_offsets(const char* kind, NodeId nodes, NodeId count, std::uint64_t seed);

/// Given offsets, checked. Throws TopologyError if n < 2, if there is none, or if one is not from 1 to n − 1.
std::vector<NodeId> equitopo_offsets(const char* kind, NodeId nodes, const std::vector<std::int64_t>& given);

/// M = ⌈8 ln(2n/p) / (3 ε²)⌉: with so many offsets ρ < ε with probability at least 1 − p.
NodeId equitopo_offset_count(NodeId nodes, double rho, double failure);

/// D-EquiStatic: W = (1/M) Σ A^(u) over the offsets, directed. If M = Θ(ln n), ρ does not depend on n.
/// Cost    O(n M log M) time; see `circulant`.
/// Throws TopologyError if the graph of the offsets is not connected.
Mixing d_equistatic(NodeId nodes, const std::vector<NodeId>& offsets);

/// U-EquiStatic: W = (1/M) Σ (A^(u) + A^(u)ᵀ)/2, symmetric, with twice the degree.
Mixing u_equistatic(NodeId nodes, const std::vector<NodeId>& offsets);

}  // namespace gossamer
