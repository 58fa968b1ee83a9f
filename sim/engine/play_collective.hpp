#pragma once
#include <limits>
#include <vector>

#include "sim/network/collectives/collectives.hpp"

namespace gossamer {

/// Plays a collective message by message over a network without other messages in flight, on vectors of `payload`
/// bytes; node i begins at starts[i]. The network is new and has as many nodes.
///
/// Returns the time at which each node is done: it has received all that it waits for, and has handed over all that it
/// sends. An end is infinite if a link on the way has failed permanently, or if it is after `until`.
/// Shapes  n starts, n ends.
std::vector<Seconds> play_collective(const CollectiveAlgorithm& algorithm, const Group& group, Network& network,
                                     Bytes payload, const std::vector<Seconds>& starts,
                                     Seconds until = Seconds{std::numeric_limits<double>::infinity()});

}  // namespace gossamer
