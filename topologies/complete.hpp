#pragma once
#include "topologies/graph.hpp"

namespace gossamer {

/// Every pair of nodes joined. Degree n − 1, diameter 1.
///
/// Its Metropolis–Hastings weights are all 1/n, so W = J: one round averages exactly, ρ = 0. The Laplacian has the
/// eigenvalue n, n − 1 times.
/// Throws TopologyError where n < 1 or n(n − 1) arcs do not fit.
Graph complete(NodeId nodes);

/// One node, the hub, joined to every other. Diameter 2.
///
/// Metropolis–Hastings gives 1/n to every edge, so ρ = 1 − 1/n; the Laplacian has λ₂ = 1 and λ_n = n.
/// Throws TopologyError where n < 2, or the hub is none of the nodes 0 … n − 1.
Graph star(NodeId nodes, NodeId hub = 0);

}  // namespace gossamer
