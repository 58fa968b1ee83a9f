#pragma once
#include <functional>
#include <string>
#include <vector>

#include "experiments/sweep/runner.hpp"

namespace gossamer {

/// The cells to tune, and the way in which it is done.
struct TuningWork {
  std::vector<std::size_t> cells;
  int jobs = 1;                                                ///< cells at a time
  int threads = 1;                                             ///< of each run
  std::function<void(const std::string& sentence)> tell = {};  ///< gets a sentence on each cell, one at a time
};

/// Searches the value of the sweep's tuned key in some cells, and returns it for each of them. The searches' runs are
/// kept in the folder, so that a search that was interrupted goes on.
/// If a signal comes, what is returned has no meaning. Throws TraceError.
std::vector<TunedValue> tune_cells(SweepRunner& runner, const Catalogue& catalogue, const TuningWork& work);

}  // namespace gossamer
