#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "experiments/catalogue.hpp"
#include "experiments/configuration/dataset_cache.hpp"
#include "experiments/configuration/experiment.hpp"
#include "experiments/sweep/cells.hpp"
#include "experiments/sweep/sweep_file.hpp"

namespace gossamer {

/// One run of a sweep.
struct PlannedRun {
  std::size_t cell = 0;
  std::int64_t seed = 0;
  std::string id;                       ///< 16 hexadecimal digits of its resolved configuration
  std::vector<KeyChange> changes = {};  ///< besides those of its cell, if it is made by a search
};

/// All that a sweep runs.
struct SweepPlan {
  Sweep sweep;
  std::vector<Cell> cells;
  std::vector<PlannedRun> runs;  ///< cell by cell, its seeds in order; none before cells that are tuned have been

  /// "topology=ring, local_steps=4, seed 2"
  std::string text(const PlannedRun& run) const;
};

/// The plan of a sweep. Each run's configuration is read, but nothing is built. Throws ExperimentError, which names the
/// cell.
SweepPlan plan_of(Sweep sweep, const Catalogue& catalogue);

/// The plan after each cell has been tuned.
SweepPlan tuned_plan(SweepPlan plan, const std::vector<TunedValue>& tuned, const Catalogue& catalogue);

/// The name of a run. Throws ExperimentError, which names the cell.
std::string id_of(const SweepPlan& plan, const PlannedRun& run, const Catalogue& catalogue);

/// A run of each cell with its first seed, to check the cells.
std::vector<PlannedRun> first_runs(const SweepPlan& plan, const Catalogue& catalogue);

/// The experiment of a run, ready to run. Data are shared through the cache. Throws ExperimentError, which names the
/// cell.
Experiment build_run(const SweepPlan& plan, const PlannedRun& run, const Catalogue& catalogue, DatasetCache& data);

/// The content of sweep.json.
std::string json_of(const SweepPlan& plan);

}  // namespace gossamer
