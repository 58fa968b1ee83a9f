#include "experiments/sweep/making.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "experiments/run/signals.hpp"
#include "experiments/sweep/crew.hpp"

namespace gossamer {

std::vector<PlannedRun> runs_in_order(const SweepPlan& plan, const SweepCommand& command) {
  std::map<std::size_t, std::size_t> of_cell;  ///< number of runs so far
  std::vector<std::pair<std::size_t, const PlannedRun*>> ranked;
  std::set<std::string> seen;
  for (const PlannedRun& run : plan.runs) {
    const std::size_t seed = of_cell[run.cell]++;
    if (seen.insert(run.id).second) ranked.emplace_back(seed, &run);
  }
  std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  const std::set<std::string> only(command.only.begin(), command.only.end());
  std::vector<PlannedRun> runs;
  for (std::size_t k = 0; k < ranked.size(); ++k)
    if (k % static_cast<std::size_t>(command.shard.count) == static_cast<std::size_t>(command.shard.number - 1))
      if (only.empty() || only.contains(ranked[k].second->id)) runs.push_back(*ranked[k].second);
  return runs;
}

bool is_missing(const SweepFolder& folder, const PlannedRun& run, const SweepCommand& command) {
  const RunState state = folder.state(run.id);
  return state == RunState::missing || (state == RunState::failed && command.retry_failed);
}

std::vector<PlannedRun> missing_in(const SweepFolder& folder, const std::vector<PlannedRun>& runs,
                                   const SweepCommand& command) {
  std::vector<PlannedRun> missing;
  for (const PlannedRun& run : runs)
    if (is_missing(folder, run, command)) missing.push_back(run);
  return missing;
}

void check_cells(SweepRunner& runner, const std::vector<PlannedRun>& missing, int threads) {
  std::map<std::size_t, const PlannedRun*> first;  // by cell
  for (const PlannedRun& run : missing) first.emplace(run.cell, &run);
  std::vector<const PlannedRun*> runs;
  for (const auto& of_cell : first) runs.push_back(of_cell.second);
  std::vector<std::exception_ptr> errors(runs.size());
  std::size_t given = 0;
  std::atomic<bool> wrong{false};
  Crew{.workers = std::min(threads, static_cast<int>(std::max<std::size_t>(1, runs.size()))),
       .next = [&] { return given < runs.size() && !wrong ? std::optional{given++} : std::nullopt; },
       .work =
           [&](int, std::size_t k) {
             try {
               runner.check(*runs[k]);
             } catch (...) {
               errors[k] = std::current_exception();
               wrong = true;
             }
           }}
      .run();
  for (const std::exception_ptr& error : errors)
    if (error) std::rethrow_exception(error);
}

SweepCounts counted(const SweepFolder& folder, const SweepPlan& plan) {
  std::set<std::string> ids;
  for (const PlannedRun& run : plan.runs) ids.insert(run.id);
  SweepCounts counts{.all = ids.size()};
  for (const std::string& id : ids) {
    const RunState state = folder.state(id);
    counts.done += state == RunState::done;
    counts.failed += state == RunState::failed;
  }
  return counts;
}

void make_runs(SweepRunner& runner, const RunSource& source, const Lanes& lanes, SweepDisplay& display) {
  const std::atomic<bool>& interrupted = RunUnderSignals::interrupted();
  std::atomic<bool> stop{false};
  const auto make = [&](int worker, std::size_t k) {
    const PlannedRun& run = source.runs[k];
    display.begin(worker, runner.plan().text(run));
    const auto show = [&](std::optional<double> share) { display.progress(worker, share); };
    display.end(worker, runner.make(run, {.threads = lanes.threads, .interrupt = &stop, .built = {}, .share = show}));
  };
  const auto tick = [&] {
    if (interrupted) stop = true;
    if (source.tick) source.tick();
    display.draw();
  };
  Crew{.workers = lanes.jobs,
       .next = [&] { return interrupted ? std::nullopt : source.next(); },
       .work = make,
       .tick = tick,
       .give_up = [&] { stop = true; }}
      .run();
}

}  // namespace gossamer
