#pragma once
#include <optional>

#include "experiments/configuration/json.hpp"
#include "topologies/topology.hpp"

namespace gossamer {

/// The facts of a graph in a trace's header, which experiments/formats/trace.md describes, without those of the spectrum.
Json graph_facts(const Topology& topology);

/// The facts of the spectrum there; the consensus factor in their place if W changes from round to round. Effective
/// neighbors are those at the decay. Throws TopologyError if an eigenvalue does not converge.
Json spectrum_facts(const Topology& topology, std::optional<double> decay = {});

}  // namespace gossamer
