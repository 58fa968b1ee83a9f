#pragma once
#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "experiments/catalogue.hpp"
#include "experiments/configuration/dataset_cache.hpp"
#include "experiments/sweep/folder.hpp"
#include "experiments/sweep/plan.hpp"
#include "experiments/trace/trace.hpp"

namespace gossamer {

/// The end of one run of a sweep.
struct RunOutcome {
  enum class Kind {
    made,         ///< it has a trace
    failed,       ///< it has a sentence in place of a trace
    interrupted,  ///< it has left nothing
    elsewhere     ///< another process makes it or has made it
  };
  Kind kind = Kind::made;
  std::optional<RunEnd> end = {};  ///< of a run that was made or interrupted
  std::string sentence = {};       ///< of a run that failed
};

/// Makes runs of a sweep, in any thread.
class SweepRunner {
 public:
  /// `command`: the words of the command line, for the traces' headers. All references outlive the runner.
  SweepRunner(const SweepPlan& plan, const SweepFolder& folder, const Catalogue& catalogue,
              std::vector<std::string> command)
      : plan_{plan}, folder_{folder}, catalogue_{catalogue}, command_{std::move(command)} {}

  struct Conditions {
    int threads = 1;
    const std::atomic<bool>* interrupt = nullptr;
    std::function<void()> built = {};                       ///< called when the run begins
    std::function<void(std::optional<double>)> share = {};  ///< gets the completed share now and then
  };

  /// Makes a run, unless its trace is there. Throws TraceError if the folder cannot be written.
  RunOutcome make(const PlannedRun& run, const Conditions& conditions);

  /// Builds the experiment of a run, and nothing else. Throws ExperimentError, which names the cell.
  void check(const PlannedRun& run) { build_run(plan_, run, catalogue_, data_); }

  const SweepPlan& plan() const { return plan_; }
  const SweepFolder& folder() const { return folder_; }

 private:
  RunOutcome make_into(TraceWriter& trace, const PlannedRun& run, const Conditions& conditions);
  RunOutcome failed(const PlannedRun& run, std::string sentence) const;
  void drop_part(const PlannedRun& run) const;

  const SweepPlan& plan_;
  const SweepFolder& folder_;
  const Catalogue& catalogue_;
  std::vector<std::string> command_;
  DatasetCache data_;
};

}  // namespace gossamer
