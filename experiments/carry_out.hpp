#pragma once
#include <atomic>
#include <functional>

#include "experiments/experiment.hpp"
#include "experiments/run.hpp"
#include "experiments/run_experiment.hpp"
#include "experiments/trace.hpp"
#include "experiments/trace_file.hpp"

namespace gossamer {

/// Set by a signal.
extern std::atomic<bool> interrupted;
/// From now on the first signal ends the run in order, the second at once.
void end_run_on_signals();

/// Runs an experiment in a world and writes its trace.
using Runner = std::function<RunEnd(TraceWriter& trace, const RunSettings& settings)>;

/// All that `gossamer run` does around a run, in whichever world: opens the files, shows progress, tells the end.
/// `identity` is that of the trace. Throws TraceError before anything is overwritten that another run has left.
ExitCode carry_out(const RunOptions& options, Experiment& experiment, const TraceIdentity& identity,
                   const Runner& runner);

}  // namespace gossamer
