#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/compute/device_trace.hpp"
#include "sim/compute/step_times.hpp"
#include "sim/quantities.hpp"
#include "sim/settings.hpp"

namespace gossamer {

/// What laws and stragglers need beside their settings.
struct ComputeContext {
  NodeId nodes = 0;
  std::uint64_t seed = 1;

  /// Turns a configured path into one that exists, or throws.
  std::function<std::filesystem::path(const std::string&)> resolve = {};
  std::vector<Work> model = {};  ///< what a step of the trained model asks of each node; empty where there is none
};

using StepTimeLaw = std::unique_ptr<StepTimes>(const ComputeContext&);
using StragglerKind = std::unique_ptr<StepTimes>(std::unique_ptr<StepTimes> usual, const ComputeContext&);

/// All laws of step times by name. `make` throws ComputeError for settings, and CsvError for files, that cannot be
/// used.
const std::vector<Entry<StepTimeLaw>>& step_time_laws();

/// All kinds of stragglers by name: each makes step times of the usual ones.
const std::vector<Entry<StragglerKind>>& stragglers();

/// Which devices nodes are where stragglers of this kind, with these values, are devices of a file; else nothing.
/// Throws as `make`.
std::optional<NodeDevices> node_devices(const Entry<StragglerKind>& kind, const Values& values,
                                        const ComputeContext& context);

}  // namespace gossamer
