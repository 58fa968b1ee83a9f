#pragma once
#include <atomic>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "experiments/configuration/experiment.hpp"
#include "experiments/run/progress.hpp"
#include "experiments/trace/trace.hpp"
#include "sim/engine/simulation.hpp"
#include "sim/world/timeline.hpp"

namespace gossamer {

/// The settings of a run that do not change the trace, except for the wall time.
struct RunSettings {
  int threads = 1;                                   ///< for arithmetic
  std::optional<std::size_t> window = {};            ///< operations recorded before they are executed
  Progress* progress = nullptr;                      ///< the display of progress; may be null
  const std::atomic<bool>* interrupt = nullptr;      ///< ends the run soon after it becomes true
  std::optional<std::filesystem::path> models = {};  ///< where to write the reported models, n × d, as NPY
  std::vector<std::string> command = {};             ///< the words of the command line, for the trace's header
  Timeline* timeline = nullptr;                      ///< gets all events of a run in virtual time; may be null
};

/// The simulation of an experiment. `plane` and `timeline` may be null: then it has no numerics, or no recording.
Simulation::Setup simulation_of(const Experiment& experiment, DataPlane* plane, Timeline* timeline);

/// Runs an experiment once and writes its trace from the first line to the last.
///
/// Throws TraceError if the trace cannot be written, InputError if the models cannot, and the errors of the nodes'
/// programs.
RunEnd run_in_virtual_time(Experiment& experiment, TraceWriter& trace, const RunSettings& settings);

}  // namespace gossamer
