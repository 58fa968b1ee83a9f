#include "experiments/sweep/runner.hpp"

#include <exception>
#include <filesystem>
#include <new>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "experiments/run/progress.hpp"
#include "experiments/run/run_in_virtual_time.hpp"
#include "experiments/trace/growing_file.hpp"

namespace gossamer {

RunOutcome SweepRunner::make(const PlannedRun& run, const Conditions& conditions) {
  try {
    TraceWriter trace{folder_.part(run.id)};
    // Another process may have completed the run just before this one opened the part, which is then the trace itself.
    if (folder_.state(run.id) == RunState::done) return {RunOutcome::Kind::elsewhere};
    return make_into(trace, run, conditions);
  } catch (const FileInUse&) {
    return {RunOutcome::Kind::elsewhere};
  }
}

RunOutcome SweepRunner::make_into(TraceWriter& trace, const PlannedRun& run, const Conditions& conditions) {
  try {
    Experiment experiment = build_run(plan_, run, catalogue_, data_);
    if (conditions.built) conditions.built();
    Progress progress{{.nodes = experiment.workers(),
                       .limits = experiment.limits,
                       .targets = experiment.targets,
                       .listener = conditions.share}};
    const RunEnd end = run_in_virtual_time(experiment, trace,
                                           {.threads = conditions.threads,
                                            .window = {},
                                            .progress = conditions.share ? &progress : nullptr,
                                            .interrupt = conditions.interrupt,
                                            .models = {},
                                            .command = command_});
    if (end.reason == EndReason::interrupted) {
      drop_part(run);
      return {RunOutcome::Kind::interrupted, end};
    }
    folder_.complete(run.id);
    folder_.forget_failure(run.id);
    return {RunOutcome::Kind::made, end};
  } catch (const TraceError&) {  // a full disk, which concerns all runs
    drop_part(run);
    throw;
  } catch (const InputError& error) {
    return failed(run, error.what());
  } catch (const std::bad_alloc&) {
    return failed(run, "there is not enough memory for this run");
  } catch (const std::length_error&) {
    return failed(run, "there is not enough memory for this run");
  } catch (const std::exception& error) {
    return failed(run, fmt::format("internal error: {}", error.what()));
  }
}

RunOutcome SweepRunner::failed(const PlannedRun& run, std::string sentence) const {
  drop_part(run);
  folder_.record_failure(run.id, sentence);
  return {RunOutcome::Kind::failed, std::nullopt, std::move(sentence)};
}

void SweepRunner::drop_part(const PlannedRun& run) const {
  std::error_code unknown;
  std::filesystem::remove(folder_.part(run.id), unknown);
}

}  // namespace gossamer
