#pragma once
#include "topologies/graph.hpp"
#include "topologies/mixing.hpp"
#include "topologies/weighting.hpp"

/// Rules that make a mixing matrix from a graph. Below, d_i is the degree of node i and Lap = D − A the unnormalized
/// Laplacian. Rules without `uniform` in their name need an undirected graph and throw TopologyError for a directed
/// one. All rules throw TopologyError if the graph is not connected.
/// Cost    O(n + arcs log d_max) time and O(n + arcs) memory; `best_constant_weights` also computes two eigenvalues.
namespace gossamer {

/// w_ij = 1/(1 + max(d_i, d_j)) on edges, w_ii = 1 − Σ_{j ≠ i} w_ij ≥ 1/(1 + d_i).
///
/// Symmetric, doubly stochastic with a positive diagonal on every graph; on an r-regular one all weights are 1/(r + 1).
/// Xiao, Boyd, Kim, "Distributed average consensus with least-mean-square deviation", JPDC 2007.
Mixing metropolis_hastings(const Graph& graph);

/// w_ij = 1/max(d_i, d_j) on edges, w_ii = 1 − Σ_{j ≠ i} w_ij.
///
/// The variant in which a node does not count itself. If it converges, it mixes faster. On a regular bipartite graph W
/// has the eigenvalue −1, so ρ = 1 and models never agree.
Mixing metropolis_hastings_without_self(const Graph& graph);

/// w_ij = w_ii = 1/(r + 1) for a graph in which every node receives from r others and sends to r others.
/// Throws TopologyError if the degrees differ, since W would not be doubly stochastic.
Mixing uniform_weights(const Graph& graph);

/// w_ij = 1/(1 + in-degree of i), for the in-neighbors of i and for i itself: row-stochastic, directed or not.
///
/// Models converge to Σ_i π_i x_i with the Perron vector π. This is the mean only if W is doubly stochastic.
Mixing in_uniform_weights(const Graph& graph);

/// w_ij = 1/(1 + out-degree of j), for the out-neighbors of j and for j itself: column-stochastic, directed or not.
///
/// The sender alone determines these weights, as push-sum needs it: Kempe, Dobra, Gehrke, "Gossip-based computation of
/// aggregate information", FOCS 2003.
Mixing out_uniform_weights(const Graph& graph);

/// W = I − Lap/(d_max + 1): every edge has the same weight, and every node keeps at least that for itself.
Mixing max_degree_weights(const Graph& graph);

/// W = I − c Lap with c = 2/(λ₂(Lap) + λ_n(Lap)), the smallest ρ with one weight for all edges:
///
///     ρ = (λ_n − λ₂)/(λ_n + λ₂)
///
/// A node of high degree may give itself a negative weight.
/// Xiao, Boyd, "Fast linear iterations for distributed averaging", Systems & Control Letters 2004.
Mixing best_constant_weights(const Graph& graph);

/// θ I + (1 − θ) W, which moves every eigenvalue of W towards 1. Throws TopologyError unless 0 ≤ θ < 1.
/// `connectivity` is proved for the result; it is that of W's own promise.
Mixing lazy(const Mixing& mixing, double laziness, Connectivity connectivity = Connectivity::connected);

/// The graph on which W averages: j → i for every w_ij ≠ 0; undirected if every arc has its reverse.
Graph graph_of(const Mixing& mixing);

/// W from the rule, then the laziness. A graph that is one round of several need not be connected.
/// Throws TopologyError as the rule does; best_constant always needs a connected graph.
Mixing weigh(const Graph& graph, const Weighting& weighting, Connectivity connectivity = Connectivity::connected);

}  // namespace gossamer
