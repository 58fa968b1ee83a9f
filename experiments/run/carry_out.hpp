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

/// What a run has beside its trace.
struct Surroundings {
  TimelineWriter* timeline = nullptr;  ///< null where none is asked for
  std::ostream& out;                   ///< for the summary
  std::ostream& err;                   ///< for messages
};

/// All that `gossamer run` does around a run, in whichever world: opens the files, minds signals, shows progress, tells
/// the end. `identity` is that of the trace. Throws TraceError before anything is overwritten that another run has
/// left.
ExitCode carry_out(const RunOptions& options, Experiment& experiment, const TraceIdentity& identity,
                   const Surroundings& surroundings, const Runner& runner);

}  // namespace gossamer
