#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/compute/device_trace.hpp"
#include "sim/compute/step_times.hpp"
#include "sim/ground/quantities.hpp"
#include "sim/ground/settings.hpp"

namespace gossamer {

/// Inputs of laws and stragglers besides their settings.
struct ComputeContext {
  NodeId nodes = 0;
  std::uint64_t seed = 1;

  /// Returns the existing path for a configured one, or throws.
  std::function<std::filesystem::path(const std::string&)> resolve = {};
  std::vector<Work> model = {};  ///< work of one step of the trained model at each node; empty if there is no model
};

using StepTimeLaw = std::unique_ptr<StepTimes>(const ComputeContext&);
struct LawFit;

/// A law of step times as the registry offers it.
struct StepTimeLawEntry : Entry<StepTimeLaw> {
  /// Fits its settings to sorted step times by maximum likelihood (see law_fit.hpp). Null for laws that are not fitted.
  LawFit (*fit)(const StepTimeLawEntry& law, std::span<const double> sorted) = nullptr;
};

using StragglerKind = std::unique_ptr<StepTimes>(std::unique_ptr<StepTimes> usual, const ComputeContext&);

/// A kind of stragglers as the registry offers it.
struct StragglerEntry : Entry<StragglerKind> {
  /// The nodes' devices, if its stragglers are devices of a file; otherwise empty. Throws as `make` does.
  std::function<std::optional<NodeDevices>(const Values&, const ComputeContext&)> devices =
      [](const Values&, const ComputeContext&) { return std::nullopt; };
};

/// All laws of step times by name. `make` throws ComputeError for settings that cannot be used, and CsvError for such
/// files.
const std::vector<StepTimeLawEntry>& step_time_laws();

/// All kinds of stragglers by name. Each changes the usual step times.
const std::vector<StragglerEntry>& stragglers();

}  // namespace gossamer
