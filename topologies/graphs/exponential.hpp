#pragma once
#include "topologies/graph.hpp"

namespace gossamer {

/// The static exponential graph, directed: node i receives from i + b^m modulo n for all b^m < n, m = 0 … τ − 1, with
/// τ = ⌈log_b n⌉ and the base b.
///
/// With uniform weights 1/(τ + 1) W is circulant, doubly stochastic and normal, with the eigenvalues
/// (1 + Σ_m exp(2πi k b^m/n))/(τ + 1). For b = 2 ρ = 1 − 2/(τ + 1) if n is even, and strictly smaller if n is odd.
/// Ying, Yuan, Chen, Hu, Pan, Yin, "Exponential Graph is Provably Efficient for Decentralized Deep Training",
/// NeurIPS 2021, arXiv:2110.13363, which takes b = 2; other bases as in BlueFog's PowerGraph.
/// Cost    O(n + edges) time.
/// Throws TopologyError if n < 2 or b < 2.
Graph exponential(NodeId nodes, NodeId base = 2);

/// The symmetric exponential graph: node i is joined to i ± b^m modulo n for all b^m ≤ n/2. Undirected and regular, of
/// degree 2τ with τ the number of these powers, one less if n/2 is one of them.
///
/// The same as BlueFog's SymmetricPowerGraph, whose default base is 4.
/// Cost    O(n + edges) time.
/// Throws TopologyError if n < 2 or b < 2.
Graph symmetric_exponential(NodeId nodes, NodeId base = 4);

}  // namespace gossamer
