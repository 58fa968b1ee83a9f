#pragma once
#include <cstdint>

#include "topologies/rounds/rounds.hpp"

namespace gossamer {

/// Random matchings: every round draws a matching of the edges of an undirected graph, and joined nodes average:
/// w_ij = w_ii = 1/2.
///
/// On a complete graph the matching is uniformly random and leaves out one node if n is odd, otherwise none: an edge is
/// in it with probability 1/(n − 1), or 1/n if n is odd. A round multiplies Γ by (n − 2)/(2 (n − 1)) in expectation for
/// even n. On any other graph every edge draws a number, and an edge is in the matching if its number is below those of
/// all edges that share a node with it; this has probability 1/(d_i + d_j − 1). That is the first step of Luby, "A
/// simple parallel algorithm for the maximal independent set problem", SIAM Journal on Computing 1986, on edges. It
/// needs only neighbors, and on an r-regular graph r/(2r − 1) of the nodes are matched on average.
/// W is a projection, so E[WᵀW] = E[W], and a round multiplies Γ by ρ(E[W]) at most in expectation.
/// Cost    of a round: O(n) if the graph is complete, otherwise O(edges).
/// Throws TopologyError if the graph is directed.
RandomRounds random_matchings(const Mixing& base, std::uint64_t seed);

}  // namespace gossamer
