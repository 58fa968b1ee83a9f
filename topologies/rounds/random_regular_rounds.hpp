#pragma once
#include <cstdint>

#include "topologies/rounds/rounds.hpp"
#include "topologies/weighting.hpp"

namespace gossamer {

/// Every round draws another random connected graph in which all degrees are r, with its nodes renumbered at random.
///
/// All edges have the same weight w = 1/(r + 1), or 1/r with `metropolis_hastings_without_self`. All nodes have the
/// same law, so E[W] and E[WᵀW] are sums of I and J: in expectation a round multiplies Γ by exactly
///
///     (n (r w² + (1 − r w)²) − 1)/(n − 1),   which for w = 1/(r + 1) is (n/(r + 1) − 1)/(n − 1) ≈ 1/(r + 1),
///
/// in every direction. A static random regular graph has ρ² ≈ 4r/(r + 1)² at best.
/// Throws TopologyError if `random_regular` does, or if the rule would make the weights differ from round to round.
RandomRounds random_regular_each_round(NodeId nodes, NodeId degree, Weighting::Rule rule, std::uint64_t seed);

}  // namespace gossamer
