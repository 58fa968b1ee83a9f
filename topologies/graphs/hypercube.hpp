#pragma once
#include "topologies/graph.hpp"

namespace gossamer {

/// The hypercube: 2^dimension nodes, joined if their numbers differ in one bit. Degree and diameter m = dimension;
/// bipartite.
///
/// Its Metropolis–Hastings weights are all 1/(m + 1), so W has the eigenvalues (m + 1 − 2k)/(m + 1), k = 0 … m, and
/// ρ = (m − 1)/(m + 1); the Laplacian has λ₂ = 2 and λ_n = 2m.
/// Cost    O(n + edges) time.
/// Throws TopologyError if the dimension is below 0 or above 23.
Graph hypercube(NodeId dimension);

}  // namespace gossamer
