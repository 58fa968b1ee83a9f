#pragma once
#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "experiments/sweep/display.hpp"
#include "experiments/sweep/folder.hpp"
#include "experiments/sweep/lanes.hpp"
#include "experiments/sweep/plan.hpp"
#include "experiments/sweep/runner.hpp"
#include "experiments/sweep/sweep.hpp"

/// The parts of the command `gossamer sweep`, in one process or on ranks.
namespace gossamer {

/// The runs of a part of the sweep in the order in which they are made: all cells with the first seed, then with the
/// second. Of cells with one configuration only the first counts.
std::vector<PlannedRun> runs_in_order(const SweepPlan& plan, const SweepCommand& command);

/// Whether a run is to be made: it has no trace and has not failed, unless failed runs are made again.
bool is_missing(const SweepFolder& folder, const PlannedRun& run, const SweepCommand& command);
std::vector<PlannedRun> missing_in(const SweepFolder& folder, const std::vector<PlannedRun>& runs,
                                   const SweepCommand& command);

/// Builds one experiment of each cell that has a run to make. Throws the error of the first cell that has one.
void check_cells(SweepRunner& runner, const std::vector<PlannedRun>& missing, int threads);

/// The state of all runs of the plan.
SweepCounts counted(const SweepFolder& folder, const SweepPlan& plan);

/// The runs that a process makes.
struct RunSource {
  const std::vector<PlannedRun>& runs;
  std::function<std::optional<std::size_t>()> next;  ///< the number of the next run; called in the calling thread
  std::function<void()> tick = {};                   ///< called in the calling thread about ten times a second
};

/// Makes runs until there are no more, or until a signal comes, which ends those under way.
void make_runs(SweepRunner& runner, const RunSource& source, const Lanes& lanes, SweepDisplay& display);

}  // namespace gossamer
