#pragma once
#include <cstdint>
#include <optional>

#include "experiments/configuration/block_reader.hpp"
#include "topologies/registry.hpp"

namespace gossamer {

/// The block "topology" as it has been read. Nothing is built yet.
struct TopologyBlock {
  Choice<TopologyEntry> kind;
  Values weighting;                           ///< common to all kinds
  std::optional<Choice<TopologyEntry>> base;  ///< the block "of", for kinds that make rounds of another graph

  /// The graph and its mixing matrix. Throws ExperimentError.
  Topology build(std::uint64_t seed) const;
};

/// Throws ExperimentError.
TopologyBlock read_topology(BlockReader& block);

}  // namespace gossamer
