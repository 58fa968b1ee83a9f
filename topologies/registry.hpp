#pragma once
#include <cstdint>
#include <vector>

#include "sim/settings.hpp"
#include "topologies/topology.hpp"
#include "topologies/weighting.hpp"

namespace gossamer {

/// A topology as the registry offers it. `base` is the topology that the block "of" names, for kinds that take one;
/// null for others.
struct TopologyEntry : Entry<Topology(const Weighting& weighting, std::uint64_t seed, const Topology* base)> {
  bool takes_base = false;  ///< whether it makes its rounds of the graph of another topology
};

/// Every topology, in alphabetical order, with the settings that are its own.
const std::vector<TopologyEntry>& topologies();

/// What every topology's block may say beside: "weights" and "laziness".
const std::vector<Setting>& weighting_settings();

/// The topology from the values of its own settings and of the common ones, each already checked against its range.
/// Throws TopologyError where the graph or its W cannot be, or where a base is missing or has rounds of its own.
Topology make_topology(const TopologyEntry& entry, const Values& own, const Values& common, std::uint64_t seed,
                       const Topology* base = nullptr);

}  // namespace gossamer
