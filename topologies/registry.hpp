#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/ground/settings.hpp"
#include "topologies/topology.hpp"
#include "topologies/weighting.hpp"

namespace gossamer {

/// A topology as the registry offers it. `base` is the topology of the block "of" for kinds that take one, otherwise
/// null.
struct TopologyEntry : Entry<Topology(const Weighting& weighting, std::uint64_t seed, const Topology* base)> {
  bool takes_base = false;  ///< whether it makes its rounds from the graph of another topology
  std::string family = {};  ///< the list that it is in
};

/// The families of topologies, in the order in which `gossamer list` shows them.
const std::vector<std::string>& topology_families();

/// Every topology, in alphabetical order, with its own settings.
const std::vector<TopologyEntry>& topologies();

/// The settings that every topology's block may have in addition: "weights" and "laziness".
const std::vector<Setting>& weighting_settings();

/// The topology from the values of its own and of the common settings, each already checked against its range.
/// Throws TopologyError if the graph or its W is invalid, or if a base is missing or has rounds of its own.
Topology make_topology(const TopologyEntry& entry, const Values& own, const Values& common, std::uint64_t seed,
                       const Topology* base = nullptr);

}  // namespace gossamer
