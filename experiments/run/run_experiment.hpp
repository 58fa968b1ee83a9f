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
#include "sim/world/timeline.hpp"

namespace gossamer {

/// How an experiment is carried out. None of it changes a number of the trace but the wall time.
struct RunSettings {
  int threads = 1;                                   ///< for arithmetic
  std::optional<std::size_t> window = {};            ///< operations recorded before they are executed
  Progress* progress = nullptr;                      ///< where to tell how far the run is
  const std::atomic<bool>* interrupt = nullptr;      ///< ends the run soon after it becomes true
  std::optional<std::filesystem::path> models = {};  ///< where to write the reported models, n × d, as NPY
  std::vector<std::string> command = {};             ///< the words of the command line, for the trace's header
  Timeline* timeline = nullptr;                      ///< is told all that happens, where virtual time is run
};

/// Runs an experiment once and writes its trace from the first line to the last.
///
/// Throws TraceError where the trace cannot be written, InputError where the models cannot, and what a program
/// throws.
RunEnd run_experiment(Experiment& experiment, TraceWriter& trace, const RunSettings& settings);

}  // namespace gossamer
