#pragma once
#include <limits>
#include <vector>

#include "sim/network/collectives/collectives.hpp"

namespace gossamer {

/// Plays a collective message by message over a network on which nothing else is under way, on vectors of `payload`
/// bytes; node i begins at starts[i]. The network is new, and one for as many nodes.
///
/// Returns when each node is done: it has what it waits for, and has handed over what it sends. An end that never
/// comes, since a link on the way has failed for good, is infinite, and so are those after `until`.
/// Shapes  n starts, n ends.
std::vector<Seconds> play_collective(const CollectiveAlgorithm& algorithm, const Group& group, Network& network,
                                     Bytes payload, const std::vector<Seconds>& starts,
                                     Seconds until = Seconds{std::numeric_limits<double>::infinity()});

}  // namespace gossamer
