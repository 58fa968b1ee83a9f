#pragma once
#include "topologies/graph.hpp"

namespace gossamer {

/// The complete graph: every pair of nodes is joined. Degree n − 1, diameter 1.
///
/// Its Metropolis–Hastings weights are all 1/n, so W = J: one round averages exactly, ρ = 0. The Laplacian has the
/// eigenvalue n, n − 1 times.
/// Cost    O(n + edges) time.
/// Throws TopologyError if n < 1 or n(n − 1) arcs do not fit.
Graph complete(NodeId nodes);

/// The star: one node, the hub, is joined to every other node. Diameter 2.
///
/// Metropolis–Hastings gives 1/n to every edge, so ρ = 1 − 1/n; the Laplacian has λ₂ = 1 and λ_n = n.
/// Cost    O(n + edges) time.
/// Throws TopologyError if n < 2, or if the hub is not one of the nodes 0 … n − 1.
Graph star(NodeId nodes, NodeId hub = 0);

}  // namespace gossamer
