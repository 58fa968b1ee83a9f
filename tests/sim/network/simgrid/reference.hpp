#pragma once
#include <vector>

#include "tests/sim/network/scenario.hpp"

namespace gossamer::testing {

/// When SimGrid's fluid model lets a scenario's messages arrive; −1 s for those whose link has failed. With
/// `Sharing::equal` all routes must have the same latency, since SimGrid weighs flows by it.
std::vector<double> simgrid_arrivals(const Scenario& scenario);

/// When each node has the result of an all-reduce around the ring of a platform's nodes, which node i enters at
/// starts[i]: 2 (n − 1) steps, in each of which it sends a part once it has the one of the step before.
std::vector<double> simgrid_ring(const Platform& platform, const std::vector<double>& starts, Bytes part);

}  // namespace gossamer::testing
