#pragma once
#include "topologies/graph.hpp"
#include "topologies/mixing.hpp"
#include "topologies/weighting.hpp"

/// From a graph to a mixing matrix. Below, d_i is the degree of node i and Lap = D − A the unnormalized Laplacian.
/// Rules without `uniform` in their name need an undirected graph; all throw TopologyError where it is not, or is not
/// connected.
namespace gossamer {

/// w_ij = 1/(1 + max(d_i, d_j)) on edges, w_ii = 1 − Σ_{j ≠ i} w_ij ≥ 1/(1 + d_i).
///
/// Symmetric, doubly stochastic with a positive diagonal on every graph; on an r-regular one all weights are 1/(r + 1).
/// Xiao, Boyd, Kim, "Distributed average consensus with least-mean-square deviation", JPDC 2007.
Mixing metropolis_hastings(const Graph& graph);

/// w_ij = 1/max(d_i, d_j) on edges, w_ii = 1 − Σ_{j ≠ i} w_ij.
///
/// The variant in which a node does not count itself. It mixes faster where it mixes at all: on a regular bipartite
/// graph W has the eigenvalue −1, so ρ = 1 and models never agree.
Mixing metropolis_hastings_without_self(const Graph& graph);

/// w_ij = w_ii = 1/(r + 1) where every node hears r others and speaks to r others.
/// Throws TopologyError where the degrees differ, since W would not be doubly stochastic.
Mixing uniform_weights(const Graph& graph);

/// w_ij = 1/(1 + number of nodes that i hears), for them and for i itself: row-stochastic, directed or not.
///
/// Models come to agree on Σ_i π_i x_i with π the Perron vector, which is the mean only where W is doubly stochastic.
Mixing in_uniform_weights(const Graph& graph);

/// w_ij = 1/(1 + number of nodes that j speaks to), for them and for j itself: column-stochastic, directed or not.
///
/// What a sender decides by itself, as push-sum needs it: Kempe, Dobra, Gehrke, "Gossip-based computation of aggregate
/// information", FOCS 2003.
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

/// θ I + (1 − θ) W, which moves every eigenvalue of W towards 1. Needs 0 ≤ θ < 1, else throws TopologyError.
/// `connectivity` is what is to be proved of the result, as W itself was.
Mixing lazy(const Mixing& mixing, double laziness, Connectivity connectivity = Connectivity::connected);

/// The graph on which W averages: j → i for every w_ij ≠ 0; undirected where W is heard both ways.
Graph graph_of(const Mixing& mixing);

/// The rule, then the laziness. A graph that is one round of several need not be connected.
/// Throws TopologyError as the rule does; best_constant needs a connected graph in any case.
Mixing weigh(const Graph& graph, const Weighting& weighting, Connectivity connectivity = Connectivity::connected);

}  // namespace gossamer
