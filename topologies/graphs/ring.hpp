#pragma once
#include "topologies/graph.hpp"

namespace gossamer {

/// The ring: node i is joined to i ± 1 modulo n. Degree 2, diameter ⌊n/2⌋, bipartite for even n.
///
/// Its Metropolis–Hastings weights are all 1/3, so W has the eigenvalues (1 + 2 cos(2πk / n)) / 3, and the spectral gap
/// closes as 4π² / (3n²).
/// Cost    O(n + edges) time.
/// Throws TopologyError if n < 3, since two nodes would be joined twice.
Graph ring(NodeId nodes);

/// The directed ring: node i receives from i + 1 modulo n alone. Directed, diameter n − 1.
///
/// With uniform weights W = (I + C)/2, which is normal and has eigenvalues of magnitude |cos(πk/n)|, so ρ = cos(π/n)
/// and the gap closes as π²/(2n²). Throws TopologyError if n < 2.
Graph directed_ring(NodeId nodes);

/// The path: node i is joined to i + 1. Diameter n − 1.
///
/// Its Metropolis–Hastings matrix is I − Lap/3 with ρ = 1 − (4/3) sin²(π / 2n).
/// Cost    O(n + edges) time.
/// Throws TopologyError if n < 1.
Graph path(NodeId nodes);

}  // namespace gossamer
