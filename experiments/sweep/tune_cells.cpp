#include "experiments/sweep/tune_cells.hpp"

#include <atomic>
#include <chrono>
#include <cmath>
#include <limits>
#include <mutex>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "experiments/run/signals.hpp"
#include "experiments/sweep/crew.hpp"

namespace gossamer {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

/// The search in one cell.
class CellSearch {
 public:
  CellSearch(SweepRunner& runner, const Catalogue& catalogue, const SweepRunner::Conditions& conditions,
             std::size_t cell)
      : runner_{runner}, catalogue_{catalogue}, conditions_{conditions}, cell_{cell} {}

  TunedValue run() const {
    const Tuning& tuning = *runner_.plan().sweep.tuning;
    const auto objective = [this](double value) { return mean_objective(value); };
    const SearchResult result =
        tuning.objective.what == SearchObjective::What::stable
            ? largest(tuning.range, [&](double value) { return mean_objective(value) < infinite; })
            : least(tuning.range, tuning.grid, objective);
    return {.pointer = tuning.pointer,
            .value = result.value,
            .edge = result.edge,
            .runs = result.tried.size() * tuning.seeds.size()};
  }

 private:
  double mean_objective(double value) const {
    const Tuning& tuning = *runner_.plan().sweep.tuning;
    double sum = 0;
    for (const std::int64_t seed : tuning.seeds) {
      PlannedRun run{.cell = cell_, .seed = seed, .id = "", .changes = {{tuning.pointer, fmt::format("{}", value)}}};
      run.id = id_of(runner_.plan(), run, catalogue_);
      sum += made(run) ? objective_of(runner_.folder().trace(run.id), tuning.objective) : infinite;
    }
    return sum / static_cast<double>(tuning.seeds.size());
  }

  /// Makes the run, or waits for another process that makes it. Returns whether it has a trace.
  bool made(const PlannedRun& run) const {
    constexpr std::chrono::milliseconds pause{200};
    for (;;) {
      if (*conditions_.interrupt) return false;
      if (runner_.folder().state(run.id) != RunState::missing) return runner_.folder().state(run.id) == RunState::done;
      if (runner_.make(run, conditions_).kind == RunOutcome::Kind::elsewhere) std::this_thread::sleep_for(pause);
    }
  }

  SweepRunner& runner_;
  const Catalogue& catalogue_;
  const SweepRunner::Conditions& conditions_;
  std::size_t cell_;
};

std::string sentence_on(const SweepPlan& plan, std::size_t cell, const TunedValue& tuned) {
  const std::string where = plan.cells[cell].text(plan.sweep);
  std::string text = fmt::format("{}{}{} = {} after {} runs", where, where.empty() ? "" : ": ", last_key(tuned.pointer),
                                 tuned.value, tuned.runs);
  if (tuned.edge)
    text += fmt::format("; this is at the edge of the values from {} to {}, beyond which a better one may be",
                        plan.sweep.tuning->range.from, plan.sweep.tuning->range.to);
  return text;
}

}  // namespace

std::vector<TunedValue> tune_cells(SweepRunner& runner, const Catalogue& catalogue, const TuningWork& work) {
  std::vector<TunedValue> result(work.cells.size());
  const std::atomic<bool>& interrupted = RunUnderSignals::interrupted();
  std::atomic<bool> stop{false};
  std::mutex telling;
  std::size_t given = 0;
  const SweepRunner::Conditions conditions{.threads = work.threads, .interrupt = &stop, .built = {}, .share = {}};
  const auto tune = [&](int, std::size_t k) {
    result[k] = CellSearch{runner, catalogue, conditions, work.cells[k]}.run();
    const std::lock_guard lock{telling};
    if (work.tell && !stop) work.tell(sentence_on(runner.plan(), work.cells[k], result[k]));
  };
  Crew{.workers = work.jobs,
       .next = [&] { return given < work.cells.size() && !interrupted ? std::optional{given++} : std::nullopt; },
       .work = tune,
       .tick =
           [&] {
             if (interrupted) stop = true;
           },
       .give_up = [&] { stop = true; }}
      .run();
  return result;
}

}  // namespace gossamer
