#pragma once
#include <functional>
#include <iosfwd>

#include "experiments/configuration/experiment.hpp"
#include "experiments/run/run.hpp"
#include "experiments/run/run_in_virtual_time.hpp"
#include "experiments/trace/timeline_writer.hpp"
#include "experiments/trace/trace.hpp"
#include "experiments/trace/trace_file.hpp"

namespace gossamer {

/// Runs an experiment in a world and writes its trace.
using RunFunction = std::function<RunEnd(TraceWriter& trace, const RunSettings& settings)>;

/// The outputs of a run besides its trace.
struct RunOutputs {
  TimelineWriter* timeline = nullptr;  ///< null if none is wanted
  std::ostream& out;                   ///< for the summary
  std::ostream& err;                   ///< for messages
};

/// The work of `gossamer run` around a run, in any world: opens the files, handles signals, shows progress, reports the
/// end. `identity` is that of the trace. Throws TraceError before it would overwrite a file of another run.
ExitCode run_with_outputs(const RunOptions& options, Experiment& experiment, const TraceIdentity& identity,
                          const RunOutputs& run_outputs, const RunFunction& run_function);

}  // namespace gossamer
