#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "experiments/configuration/block_reader.hpp"
#include "experiments/configuration/common_blocks.hpp"
#include "sim/compute/registry.hpp"

namespace gossamer {

/// The kinds of blocks that are not given.
inline constexpr auto usual_law = "constant";
inline constexpr auto usual_stragglers = "none";

/// The block "compute" as it has been read. Nothing is built yet.
struct ComputeBlock {
  Choice<StepTimeLawEntry> law;
  Drawing drawing;
  Choice<StragglerEntry> stragglers;
};

/// Reads a law's settings, those of its draws, and its block "stragglers" (none if not given). Throws ExperimentError.
ComputeBlock read_compute(BlockReader& block);

/// The law with its draws, the stragglers' slowdown, and the cost of averaging. `model` is the work of one step at each
/// node, empty if there is no model. `find_data` finds files. Throws ExperimentError.
std::unique_ptr<StepTimes> build_step_times(const ComputeBlock& block, NodeId nodes, std::uint64_t seed,
                                            std::vector<Work> model);

/// The devices of the nodes, if the stragglers are devices. Throws ExperimentError.
std::optional<NodeDevices> build_devices(const ComputeBlock& block, NodeId nodes, std::uint64_t seed);

}  // namespace gossamer
