#include "experiments/sweep/sweep.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <functional>
#include <numeric>
#include <optional>
#include <ostream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "experiments/commands/printable.hpp"
#include "experiments/configuration/complaint.hpp"
#include "experiments/run/launched_ranks.hpp"
#include "experiments/run/signals.hpp"
#include "experiments/sweep/making.hpp"
#include "experiments/sweep/scripts.hpp"
#include "experiments/sweep/tune_cells.hpp"
#include "experiments/trace/hash.hpp"
#include "sim/mpi/mpi_session.hpp"
#ifdef GOSSAMER_MPI
#include "sim/mpi/work_counter.hpp"
#endif

namespace gossamer {
namespace {

int cores(const SweepCommand& command) {
  return command.threads > 0 ? command.threads : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

std::string plural(std::size_t count, const char* noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

void print_plan(const SweepPlan& plan, const SweepCounts& counts, std::ostream& out) {
  for (std::size_t k = 0; k < plan.cells.size(); ++k)
    out << printable(fmt::format("{:>5}  {}", k, plan.cells[k].text(plan.sweep))) << '\n';
  if (plan.sweep.tuning) {
    out << fmt::format("{}, each with a search of {}\n", plural(plan.cells.size(), "cell"), plan.sweep.tuning->pointer);
    return;
  }
  out << fmt::format("{}, {}", plural(plan.cells.size(), "cell"), plural(counts.all, "run"));
  if (counts.done > 0) out << fmt::format(", {} of them made", counts.done);
  if (counts.failed > 0) out << fmt::format(", {} failed", counts.failed);
  out << '\n';
}

SweepDisplay::Style style_of(const SweepCommand& command) {
  if (command.quiet) return SweepDisplay::Style::none;
  return isatty(STDERR_FILENO) ? SweepDisplay::Style::table : SweepDisplay::Style::lines;
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

std::string interruption(const SweepCommand& command) {
  return fmt::format("{}: interrupted; the same command goes on\n", command.sweep.file.string());
}

/// The sentences on tuned cells, if they are wanted. A value at the edge is always worth one.
std::function<void(const std::string&)> teller(const SweepCommand& command, std::ostream& err) {
  return [&command, &err](const std::string& sentence) {
    if (!command.quiet || sentence.find("edge") != sentence.npos)
      err << printable(fmt::format("{}: {}", command.sweep.file.string(), sentence)) << '\n' << std::flush;
  };
}

/// Tunes all cells, if the sweep asks for it, and replaces the plan. Returns false if a signal came.
bool tune(const SweepCommand& command, const Catalogue& catalogue, const SweepFolder& folder, std::ostream& err,
          SweepPlan& plan) {
  if (!plan.sweep.tuning) return true;
  SweepRunner runner{plan, folder, catalogue, command.command};
  TuningWork work{.cells = std::vector<std::size_t>(plan.cells.size()),
                  .jobs = command.jobs > 0 ? command.jobs : cores(command),
                  .threads = 1,
                  .tell = teller(command, err)};
  std::iota(work.cells.begin(), work.cells.end(), std::size_t{0});
  const RunUnderSignals run_under_signals{[&] { err << interruption(command) << std::flush; }};
  const std::vector<TunedValue> tuned = tune_cells(runner, catalogue, work);
  if (RunUnderSignals::interrupted()) {
    err << interruption(command);
    return false;
  }
  plan = tuned_plan(std::move(plan), tuned, catalogue);
  folder.write(plan);
  return true;
}

/// Makes the runs of this process. Returns `interrupted` or `success`.
ExitCode make_missing(const SweepCommand& command, SweepRunner& runner, const std::vector<PlannedRun>& mine,
                      std::ostream& err) {
  const SweepFolder& folder = runner.folder();
  std::vector<PlannedRun> missing = missing_in(folder, mine, command);
  if (missing.empty()) return ExitCode::success;
  const RunUnderSignals run_under_signals{[&] { err << interruption(command) << std::flush; }};
  const Lanes lanes = lanes_for(runner, missing, command, err);
  missing = missing_in(folder, missing, command);  // without those that the trials have made
  {
    SweepDisplay display{{.runs = missing.size(), .style = style_of(command)}};
    std::size_t given = 0;
    const auto next = [&] { return given < missing.size() ? std::optional{given++} : std::nullopt; };
    make_runs(runner, {missing, next}, lanes, display);
  }
  if (!RunUnderSignals::interrupted()) return ExitCode::success;
  err << interruption(command);
  return ExitCode::interrupted;
}

/// Prints what the folder has at the end. Returns the exit code of a sweep that was not interrupted.
ExitCode conclude(const SweepCommand& command, const SweepFolder& folder, const SweepPlan& plan, std::ostream& out,
                  std::ostream& err, SweepCounts& counts) {
  folder.write_runs(plan);
  counts = counted(folder, plan);
  if (counts.failed > 0) print_failures(command, folder, plan, counts, err);
  if (!command.quiet)
    out << fmt::format("{}: {} of {}\n", folder.path().string(), counts.done, plural(counts.all, "run"));
  return counts.failed > 0 ? ExitCode::bad_input : ExitCode::success;
}

/// The dry run, or a script.
void print_only(const SweepCommand& command, const SweepPlan& plan, const SweepCounts& counts, std::ostream& out) {
  if (command.print == SweepCommand::Print::snakemake && plan.sweep.tuning)
    refuse({command.sweep.file.string(), "/tune"}, "the names of runs are not known before cells are tuned",
           "--print slurm, or no tuning");
  if (command.print == SweepCommand::Print::slurm)
    out << slurm_script(command, plan);
  else if (command.print == SweepCommand::Print::snakemake)
    out << snakefile(command, plan);
  else
    print_plan(plan, counts, out);
}

#ifdef GOSSAMER_MPI

/// Acts on all ranks. Throws on all of them if one throws. Then mpirun ends ranks as soon as one has ended, and the first,
/// which reports the error, ignores its signal.
template <class Act>
void together(const MpiSession& session, Act&& act) {
  std::optional<std::string> wrong;
  std::exception_ptr error;
  try {
    act();
  } catch (const std::exception& caught) {
    wrong = caught.what();
    error = std::current_exception();
  }
  const auto words = session.first_complaint(wrong);
  if (words) ignore_signals();
  if (error) std::rethrow_exception(error);
  if (words) throw MpiError{*words};
}

/// Ends all ranks, each of which calls it.
[[noreturn]] void refuse_on_all(const std::string& sentence) {
  ignore_signals();
  throw MpiError{sentence};
}

/// Shows on rank 0 the runs that other ranks end.
class OtherRanks {
 public:
  OtherRanks(const SweepRunner& runner, const std::vector<PlannedRun>& runs, std::size_t lanes)
      : runner_{runner}, runs_{runs}, lanes_{lanes}, is_known_(runs.size(), false) {
    for (std::size_t k = 0; k < runs.size(); ++k) is_known_[k] = runner.folder().state(runs[k].id) != RunState::missing;
  }

  /// This rank makes the run.
  void take(std::size_t k) {
    is_known_[k] = true;
    taken_ = k;
  }

  /// Looks twice a second for the ends of runs that others may have taken.
  void look(SweepDisplay& display) {
    const auto now = std::chrono::steady_clock::now();
    if (now - looked_ < std::chrono::milliseconds{500}) return;
    looked_ = now;
    for (std::size_t k = 0; k < std::min(runs_.size(), taken_ + lanes_); ++k) {
      if (is_known_[k]) continue;
      const RunState state = runner_.folder().state(runs_[k].id);
      if (state == RunState::missing) continue;
      is_known_[k] = true;
      display.end_elsewhere(runner_.plan().text(runs_[k]), state == RunState::failed);
    }
  }

 private:
  const SweepRunner& runner_;
  const std::vector<PlannedRun>& runs_;
  std::size_t lanes_;  ///< of all ranks
  std::vector<bool> is_known_;
  std::size_t taken_ = 0;
  std::chrono::steady_clock::time_point looked_ = {};
};

/// Makes runs on this rank as long as rank 0 has more. Returns whether a signal came.
bool make_on_rank(const SweepCommand& command, SweepRunner& runner, const std::vector<PlannedRun>& mine,
                  const MpiSession& session) {
  const RunUnderSignals run_under_signals{{}};
  WorkCounter counter{session};
  const Lanes lanes{.jobs = std::max(1, command.jobs), .threads = std::max(1, command.threads), .reason = {}};
  OtherRanks others{runner, mine, static_cast<std::size_t>(session.ranks()) * static_cast<std::size_t>(lanes.jobs)};
  const bool shows = session.rank() == 0;
  SweepDisplay display{{.runs = missing_in(runner.folder(), mine, command).size(),
                        .style = shows ? style_of(command) : SweepDisplay::Style::none}};
  const auto next = [&]() -> std::optional<std::size_t> {
    for (;;) {
      const auto k = static_cast<std::size_t>(counter.take());
      if (k >= mine.size()) return std::nullopt;
      if (!is_missing(runner.folder(), mine[k], command)) continue;
      others.take(k);
      return k;
    }
  };
  const auto tick = [&] {
    counter.answer();
    if (shows) others.look(display);
  };
  // The counter ends with all ranks, so the error of one waits for the others.
  together(session, [&] { make_runs(runner, {mine, next, tick}, lanes, display); });
  return RunUnderSignals::interrupted();
}

std::uint64_t hash_of(const SweepPlan& plan) {
  Hash hash;
  for (const char c : json_of(plan)) hash.add(std::uint64_t{static_cast<unsigned char>(c)});
  return hash.value();
}

ExitCode sweep_on_ranks(const SweepCommand& command, const Catalogue& catalogue, std::ostream& out, std::ostream& err,
                        SweepCounts& counts) {
  const MpiSession session;
  const bool is_first = session.rank() == 0;
  const SweepFolder folder{folder_of(command)};
  SweepPlan plan;
  together(session, [&] { plan = plan_of(read_sweep(command.sweep, catalogue), catalogue); });
  if (const auto other = session.first_different(hash_of(plan)))
    refuse_on_all(fmt::format("rank {} has read another sweep than rank 0, or other options", *other));
  if (plan.sweep.tuning)
    refuse_on_all(
        fmt::format("{}: a sweep that tunes its cells cannot be on ranks\n  expected --shard in place of ranks",
                    command.sweep.file.string()));
  SweepRunner runner{plan, folder, catalogue, command.command};
  const std::vector<PlannedRun> mine = runs_in_order(plan, command);
  together(session, [&] {
    if (!is_first) return;
    check_cells(runner, missing_in(folder, mine, command), std::max(1, command.threads));
    folder.write(plan);
  });
  if (make_on_rank(command, runner, mine, session)) {
    ignore_signals();
    if (is_first) err << interruption(command);
    return ExitCode::interrupted;
  }
  return is_first ? conclude(command, folder, plan, out, err, counts) : ExitCode::success;
}

#else

ExitCode sweep_on_ranks(const SweepCommand&, const Catalogue&, std::ostream&, std::ostream&, SweepCounts&) {
  throw MpiError{
      "this program was built without MPI, which a sweep on several ranks needs\n"
      "  expected the packages openmpi-bin and libopenmpi-dev, and another build; or --shard in place of ranks"};
}

#endif

}  // namespace

std::filesystem::path folder_of(const SweepCommand& command) {
  return command.folder.value_or(command.sweep.file.stem().concat("-sweep"));
}

ExitCode sweep(const SweepCommand& command, const Catalogue& catalogue, std::ostream& out, std::ostream& err,
               SweepCounts& counts) {
  const bool only_prints = command.dry_run || command.print != SweepCommand::Print::nothing;
  const LaunchedRanks ranks = launched_ranks();
  if (ranks.count > 1 && !only_prints) return sweep_on_ranks(command, catalogue, out, err, counts);
  if (ranks.rank > 0) return ExitCode::success;
  SweepPlan plan = plan_of(read_sweep(command.sweep, catalogue), catalogue);
  const SweepFolder folder{folder_of(command)};
  {
    SweepRunner runner{plan, folder, catalogue, command.command};
    check_cells(
        runner,
        plan.sweep.tuning ? first_runs(plan, catalogue) : missing_in(folder, runs_in_order(plan, command), command),
        cores(command));
  }
  counts = counted(folder, plan);
  if (only_prints) {
    print_only(command, plan, counts, out);
    return ExitCode::success;
  }
  folder.write(plan);
  if (!tune(command, catalogue, folder, err, plan)) return ExitCode::interrupted;
  SweepRunner runner{plan, folder, catalogue, command.command};
  const ExitCode code = make_missing(command, runner, runs_in_order(plan, command), err);
  const ExitCode code_of_folder = conclude(command, folder, plan, out, err, counts);
  return code == ExitCode::success ? code_of_folder : code;
}

}  // namespace gossamer
