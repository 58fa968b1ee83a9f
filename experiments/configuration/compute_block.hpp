#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "experiments/configuration/block_reader.hpp"
#include "sim/compute/laws.hpp"
#include "sim/compute/registry.hpp"

namespace gossamer {

/// The kinds of blocks that are not given.
inline constexpr auto usual_law = "constant";
inline constexpr auto usual_stragglers = "none";

/// The settings that every law's block may have besides those of its kind.
struct CommonLawSettings {
  enum class Draw { per_step, per_node };
  Draw draw = Draw::per_step;
  std::optional<double> averaging;  ///< bytes per second; none: it takes no time
  std::optional<double> cold_averaging;
  double cooling = Averaging{}.cooling;
  Phases phases = {};
};
const std::vector<Field<CommonLawSettings>>& common_law_fields();

/// The block "compute" as it has been read. Nothing is built yet.
struct ComputeBlock {
  Choice<StepTimeLawEntry> law;
  CommonLawSettings common_law;
  Choice<StragglerEntry> stragglers;

  /// The law with its draws, the stragglers' slowdown, and the cost of averaging. `model` is the work of one step at each
  /// node, empty if there is no model. Throws ExperimentError.
  std::unique_ptr<StepTimes> build(NodeId nodes, std::uint64_t seed, std::vector<Work> model) const;

  /// The devices of the nodes, if the stragglers are devices. Throws ExperimentError.
  std::optional<NodeDevices> devices(NodeId nodes, std::uint64_t seed) const;
};

/// Reads a law's settings, those of its draws, and its block "stragglers" (none if not given). Throws ExperimentError.
ComputeBlock read_compute(BlockReader& block);

}  // namespace gossamer
