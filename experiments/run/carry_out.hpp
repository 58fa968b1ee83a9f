#pragma once
#include <functional>
#include <iosfwd>

#include "experiments/configuration/experiment.hpp"
#include "experiments/run/run.hpp"
#include "experiments/run/run_experiment.hpp"
#include "experiments/trace/timeline_writer.hpp"
#include "experiments/trace/trace.hpp"
#include "experiments/trace/trace_file.hpp"

namespace gossamer {

/// Runs an experiment in a world and writes its trace.
using Runner = std::function<RunEnd(TraceWriter& trace, const RunSettings& settings)>;

/// The outputs of a run besides its trace.
struct Surroundings {
  TimelineWriter* timeline = nullptr;  ///< null if none is wanted
  std::ostream& out;                   ///< for the summary
  std::ostream& err;                   ///< for messages
};

/// The work of `gossamer run` around a run, in any world: opens the files, handles signals, shows progress, reports the
/// end. `identity` is that of the trace. Throws TraceError before it would overwrite a file of another run.
ExitCode carry_out(const RunOptions& options, Experiment& experiment, const TraceIdentity& identity,
                   const Surroundings& surroundings, const Runner& runner);

}  // namespace gossamer
