#pragma once
#include <vector>

#include "tests/sim/network/scenario.hpp"

namespace gossamer::testing {

/// The arrivals of a scenario's messages in SimGrid's fluid model; −1 s for those whose link has failed. With
/// `Sharing::equal` all routes must have the same latency, since SimGrid weighs flows by it.
std::vector<double> simgrid_arrivals(const Scenario& scenario);

/// The times at which nodes have the result of an all-reduce around the ring of a platform's nodes. Node i enters it at
/// starts[i]. It has 2 (n − 1) steps; in each of them a node sends a part once it has the part of the step before.
std::vector<double> simgrid_ring(const Platform& platform, const std::vector<double>& starts, Bytes part);

}  // namespace gossamer::testing
