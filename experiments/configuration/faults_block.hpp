#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "experiments/configuration/block_reader.hpp"
#include "sim/faults/registry.hpp"
#include "sim/network/network.hpp"

namespace gossamer {

/// The settings of the block "faults" besides its kinds.
struct FaultSettings {
  std::optional<Seconds> detection;
  RestartFrom restart_from = RestartFrom::initial;
};
const std::vector<Field<FaultSettings>>& fault_settings_fields();

/// The block "faults" as it has been read. Nothing is built yet.
struct FaultsBlock {
  FaultSettings settings;
  std::vector<Choice<FaultEntry>> kinds;
  Place place;

  /// Throws ExperimentError for faults that the nodes or the method of all-reduces do not allow.
  std::unique_ptr<Faults> build(NodeId nodes, std::uint64_t seed, Collectives collectives) const;
};

/// Reads the block "faults" of the experiment `root`, with the list "kinds". A list means the block {"kinds": list}.
/// None if there is no such block. Throws ExperimentError.
std::optional<FaultsBlock> read_faults(BlockReader& root);

}  // namespace gossamer
