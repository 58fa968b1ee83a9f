#pragma once
#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "experiments/sweep/runner.hpp"

namespace gossamer {

/// How a sweep uses the cores: so many runs at a time, each with so many threads.
struct Lanes {
  int jobs = 1;
  int threads = 1;
  std::string reason = {};  ///< a sentence for people; empty if there was no choice
};

/// The faster of two ways: as many runs at a time as there are cores, each with one thread, or one run after another with
/// all threads.
///
/// Runs that take less than half a second are made side by side. Of longer ones both ways are tried for half a second
/// each; what the trials have not finished is lost. Fewer runs at a time are chosen if memory is short.
/// `pending`: the runs to make, at least one. `interrupt` ends the trials.
Lanes choose_lanes(SweepRunner& runner, const std::vector<PlannedRun>& pending, int cores,
                   const std::atomic<bool>& interrupt);

}  // namespace gossamer
