#pragma once
#include <vector>

#include "sim/network/network.hpp"
#include "sim/numerics/data_plane.hpp"

namespace gossamer {

/// Records the mean of all nodes' vectors, each coordinate summed in the order in which the algorithm adds when it is
/// played message by message, so that real ranks that play it get the same bits.
///
/// Ring: see `DataPlane::ring_mean`. Recursive doubling: every vector is scaled by 1/n, those from the largest power of
/// two up to n on are added to the first ones, then pairs at distance 1, 2, 4, … are added; so it is in Rabenseifner's
/// algorithm. Binomial tree: every vector is scaled by 1/n, then i + 1, i + 2, i + 4, … are added to i. Parameter
/// server: in the order of the nodes, one multiply-add with 1/n after the other.
Params all_reduce_mean(DataPlane& plane, AllReduce algorithm, std::vector<Params> parts);

}  // namespace gossamer
