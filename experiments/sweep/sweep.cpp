#include "experiments/sweep/sweep.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <map>
#include <ostream>
#include <set>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "experiments/commands/printable.hpp"
#include "experiments/run/signals.hpp"
#include "experiments/sweep/crew.hpp"
#include "experiments/sweep/display.hpp"
#include "experiments/sweep/folder.hpp"
#include "experiments/sweep/lanes.hpp"
#include "experiments/sweep/plan.hpp"
#include "experiments/sweep/runner.hpp"

namespace gossamer {
namespace {

int cores(const SweepCommand& command) {
  return command.threads > 0 ? command.threads : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

/// The runs of this shard in the order in which they are made: all cells with the first seed, then with the second. Of
/// cells with one configuration only the first counts.
std::vector<PlannedRun> runs_in_order(const SweepPlan& plan, const Shard& shard) {
  std::map<std::size_t, std::size_t> of_cell;  ///< number of runs so far
  std::vector<std::pair<std::size_t, const PlannedRun*>> ranked;
  std::set<std::string> seen;
  for (const PlannedRun& run : plan.runs) {
    const std::size_t seed = of_cell[run.cell]++;
    if (seen.insert(run.id).second) ranked.emplace_back(seed, &run);
  }
  std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<PlannedRun> runs;
  for (std::size_t k = 0; k < ranked.size(); ++k)
    if (k % static_cast<std::size_t>(shard.count) == static_cast<std::size_t>(shard.number - 1))
      runs.push_back(*ranked[k].second);
  return runs;
}

/// The runs that the folder does not have yet.
std::vector<PlannedRun> missing_in(const SweepFolder& folder, const std::vector<PlannedRun>& runs, bool retry_failed) {
  std::vector<PlannedRun> missing;
  for (const PlannedRun& run : runs) {
    const RunState state = folder.state(run.id);
    if (state == RunState::missing || (state == RunState::failed && retry_failed)) missing.push_back(run);
  }
  return missing;
}

/// Builds one experiment of each cell that has a run to make. Throws the error of the first cell that has one.
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

std::string plural(std::size_t count, const char* noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

void print_plan(const SweepPlan& plan, const SweepCounts& counts, std::ostream& out) {
  for (std::size_t k = 0; k < plan.cells.size(); ++k)
    out << printable(fmt::format("{:>5}  {}", k, plan.cells[k].text(plan.sweep))) << '\n';
  out << fmt::format("{}, {}", plural(plan.cells.size(), "cell"), plural(counts.all, "run"));
  if (counts.done > 0) out << fmt::format(", {} of them made", counts.done);
  if (counts.failed > 0) out << fmt::format(", {} failed", counts.failed);
  out << '\n';
}

SweepDisplay::Style style_of(const SweepCommand& command) {
  if (command.quiet) return SweepDisplay::Style::none;
  return isatty(STDERR_FILENO) ? SweepDisplay::Style::table : SweepDisplay::Style::lines;
}

/// Makes the runs. A signal ends those under way.
void make_runs(SweepRunner& runner, const std::vector<PlannedRun>& runs, const Lanes& lanes,
               const SweepCommand& command) {
  SweepDisplay display{{.runs = runs.size(), .style = style_of(command)}};
  const std::atomic<bool>& interrupted = RunUnderSignals::interrupted();
  std::atomic<bool> stop{false};
  std::size_t given = 0;
  const auto make = [&](int worker, std::size_t k) {
    display.begin(worker, runner.plan().text(runs[k]));
    display.end(worker,
                runner.make(runs[k], {.threads = lanes.threads,
                                      .interrupt = &stop,
                                      .built = {},
                                      .share = [&](std::optional<double> share) { display.progress(worker, share); }}));
  };
  Crew{.workers = lanes.jobs,
       .next = [&] { return given < runs.size() && !interrupted ? std::optional{given++} : std::nullopt; },
       .work = make,
       .tick =
           [&] {
             if (interrupted) stop = true;
             display.draw();
           },
       .give_up = [&] { stop = true; }}
      .run();
}

/// The lanes that the options give, or the faster ones.
Lanes lanes_for(SweepRunner& runner, const std::vector<PlannedRun>& missing, const SweepCommand& command,
                std::ostream& err) {
  if (command.jobs > 0)
    return {.jobs = command.jobs, .threads = std::max(1, cores(command) / command.jobs), .reason = {}};
  Lanes lanes = choose_lanes(runner, missing, cores(command), RunUnderSignals::interrupted());
  if (!command.quiet && !lanes.reason.empty())
    err << fmt::format("{}: {}\n", command.sweep.file.string(), lanes.reason) << std::flush;
  return lanes;
}

void print_failures(const SweepCommand& command, const SweepFolder& folder, const SweepPlan& plan,
                    const SweepCounts& counts, std::ostream& err) {
  for (const PlannedRun& run : plan.runs) {
    if (folder.state(run.id) != RunState::failed) continue;
    err << printable(fmt::format("{}: {} of {} failed; the first, {}: {}\n  --retry-failed makes them again",
                                 command.sweep.file.string(), counts.failed, plural(counts.all, "run"), plan.text(run),
                                 folder.failure_of(run.id)))
        << '\n';
    return;
  }
}

ExitCode make_missing(const SweepCommand& command, SweepRunner& runner, const std::vector<PlannedRun>& mine,
                      std::ostream& err) {
  const SweepFolder& folder = runner.folder();
  std::vector<PlannedRun> missing = missing_in(folder, mine, command.retry_failed);
  if (missing.empty()) return ExitCode::success;
  const RunUnderSignals run_under_signals{[&] {
    err << fmt::format("{}: interrupted; the same command goes on\n", command.sweep.file.string()) << std::flush;
  }};
  const Lanes lanes = lanes_for(runner, missing, command, err);
  missing = missing_in(folder, missing, command.retry_failed);  // without those that the trials have made
  if (!RunUnderSignals::interrupted()) make_runs(runner, missing, lanes, command);
  if (!RunUnderSignals::interrupted()) return ExitCode::success;
  err << fmt::format("{}: interrupted; the same command goes on\n", command.sweep.file.string());
  return ExitCode::interrupted;
}

}  // namespace

std::filesystem::path folder_of(const SweepCommand& command) {
  return command.folder.value_or(command.sweep.file.stem().concat("-sweep"));
}

ExitCode sweep(const SweepCommand& command, const Catalogue& catalogue, std::ostream& out, std::ostream& err,
               SweepCounts& counts) {
  const SweepPlan plan = plan_of(read_sweep(command.sweep, catalogue), catalogue);
  const SweepFolder folder{folder_of(command)};
  SweepRunner runner{plan, folder, catalogue, command.command};
  const std::vector<PlannedRun> mine = runs_in_order(plan, command.shard);
  check_cells(runner, missing_in(folder, mine, command.retry_failed), cores(command));
  counts = counted(folder, plan);
  if (command.dry_run) {
    print_plan(plan, counts, out);
    return ExitCode::success;
  }
  folder.write(plan);
  const ExitCode code = make_missing(command, runner, mine, err);
  folder.write_runs(plan);
  counts = counted(folder, plan);
  if (counts.failed > 0) print_failures(command, folder, plan, counts, err);
  if (!command.quiet)
    out << fmt::format("{}: {} of {}\n", folder.path().string(), counts.done, plural(counts.all, "run"));
  return code == ExitCode::success && counts.failed > 0 ? ExitCode::bad_input : code;
}

}  // namespace gossamer
