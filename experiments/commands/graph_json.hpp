#pragma once
#include <optional>
#include <string>

#include "experiments/commands/graph_table.hpp"
#include "topologies/topology.hpp"

namespace gossamer {

/// What `graph_table` has, for programs: the objects "topology" and "spectrum" with the keys of a trace's header, and
/// "edges", a list of pairs of nodes in ascending order; arcs "i sends to j" if the graph is directed. The spectrum is empty
/// if it is left out. Throws TopologyError as `graph_table` does.
std::string graph_json(const Topology& topology, LargeSpectrum large, std::optional<double> decay);

}  // namespace gossamer
