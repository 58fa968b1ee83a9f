#include "experiments/run.hpp"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <memory>
#include <system_error>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "experiments/carry_out.hpp"
#include "experiments/experiment.hpp"
#include "experiments/progress.hpp"
#include "experiments/quantity.hpp"
#include "experiments/run_experiment.hpp"
#include "experiments/run_on_ranks.hpp"
#include "experiments/trace.hpp"
#include "experiments/trace_events.hpp"
#include "experiments/trace_header.hpp"
#include "sim/learning/partition_report.hpp"
#include "sim/mpi/mpi_session.hpp"

namespace gossamer {

std::atomic<bool> interrupted{false};  // a signal handler can reach nothing else
static_assert(std::atomic<bool>::is_always_lock_free);

void end_run_on_signals() {
  interrupted = false;
  struct sigaction action {};
  action.sa_handler = [](int) { interrupted = true; };
  action.sa_flags = static_cast<int>(SA_RESTART | SA_RESETHAND);
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGINT, SIGTERM}) sigaction(signal, &action, nullptr);
}

namespace {

constexpr auto npy_begin = "\x93NUMPY";

/// The trace as the options name it.
std::filesystem::path named_trace(const RunOptions& options) {
  return options.out.value_or(options.file.stem().concat(".jsonl"));
}

void refuse_experiment(const std::filesystem::path& trace, const RunOptions& options) {
  if (same_file(trace, options.file))
    throw TraceError{
        fmt::format("{}: the trace would overwrite the experiment; name another file with --out", trace.string())};
}

/// Where the trace goes, around what another run has left where it goes by default.
std::filesystem::path trace_path(const RunOptions& options, const TraceIdentity& identity) {
  const std::filesystem::path named = named_trace(options);
  const std::filesystem::path path = options.out || options.force ? named : free_trace_path(named, identity);
  refuse_experiment(path, options);
  // Who reads the usual file afterwards would else take another trace for this one.
  if (path != named)
    fmt::print(stderr, "{} is taken by another run; this trace goes to {}\n", named.string(), path.string());
  return path;
}

/// Refuses a file that is another of this run, too.
void refuse_same(const RunOptions& options, const std::filesystem::path& path, const char* what) {
  for (const auto& [other, name] : {std::pair{options.file, "experiment"}, {named_trace(options), "trace"}})
    if (same_file(path, other))
      throw TraceError{fmt::format("{}: the {} would overwrite the {}; name another file", path.string(), what, name)};
}

/// Null where none is asked for.
std::unique_ptr<TimelineWriter> make_timeline(const RunOptions& options, const Experiment& experiment) {
  if (!options.timeline) return nullptr;
  return std::make_unique<TimelineWriter>(TimelineWriter::Setup{.path = *options.timeline,
                                                                .nodes = experiment.topology.mixing.size(),
                                                                .scope = options.timeline_scope,
                                                                .title = experiment.title,
                                                                .seed = experiment.seed});
}

/// One sentence about a timeline that has less than it was asked for; empty for all others.
std::string complaint(const RunOptions& options, const TimelineWriter& timeline) {
  if (!timeline.full_at()) return "";
  return fmt::format(
      "{}: the timeline has reached {} at virtual time {} and ends there; --timeline-nodes, --timeline-from and "
      "--timeline-to choose what it shows, --timeline-size how much\n",
      options.timeline->string(), write_quantity(static_cast<double>(options.timeline_scope.size), Unit::bytes),
      readable(*timeline.full_at()));
}

/// Finds out before the run, not after it, that its models cannot be written.
void check_models(const RunOptions& options, const Experiment& experiment) {
  if (!options.models) return;
  if (std::holds_alternative<std::monostate>(experiment.problem))
    throw TraceError{
        fmt::format("{}: --models {}: this run computes no models", experiment.file, options.models->string())};
  if (!std::ofstream{*options.models, std::ios::app})
    throw TraceError{fmt::format("{}: cannot write the models: {}", options.models->string(),
                                 std::generic_category().message(errno))};
}

/// Refuses files that another run has left, and one file for two purposes, before anything is written.
void check_files(const RunOptions& options, const Experiment& experiment, const TraceIdentity& identity) {
  if (options.out) {
    refuse_experiment(*options.out, options);
    if (!options.force) check_trace(*options.out, identity);
  }
  if (options.timeline) {
    refuse_same(options, *options.timeline, "timeline");
    if (!options.force) check_kind(*options.timeline, timeline_begin, "timeline", "--timeline");
  }
  if (options.models) {
    refuse_same(options, *options.models, "models");
    if (options.timeline && same_file(*options.models, *options.timeline))
      throw TraceError{
          fmt::format("{}: the models would overwrite the timeline; name another file", options.models->string())};
    if (!options.force) check_kind(*options.models, npy_begin, "NPY file", "--models");
  }
  check_models(options, experiment);
}

int threads(const RunOptions& options) {
  if (options.threads > 0) return options.threads;
  if (options.world == RunOptions::World::mpi) return 1;  // cores are for ranks
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

std::unique_ptr<Progress> make_progress(const RunOptions& options, const Experiment& experiment) {
  if (options.quiet) return nullptr;
  return std::make_unique<Progress>(
      Progress::Setup{.nodes = experiment.topology.mixing.size(),
                      .limits = experiment.limits,
                      .targets = experiment.targets,
                      .out = stderr,
                      .style = isatty(STDERR_FILENO) ? Progress::Style::bar : Progress::Style::lines});
}

ExitCode exit_code(const RunEnd& end) {
  if (end.reason == "diverged") return ExitCode::diverged;
  if (end.reason == "interrupted") return ExitCode::interrupted;
  if (end.reason == "stuck") return ExitCode::stuck;
  return ExitCode::success;
}

/// One sentence about an end that nobody asked for; empty for all others.
std::string complaint(const Experiment& experiment, const RunEnd& end) {
  if (end.divergence)
    return fmt::format("{}: diverged at virtual time {} on node {}: {}", experiment.file,
                       readable(end.divergence->time), end.divergence->node, end.divergence->what);
  if (end.reason == "interrupted")
    return fmt::format("{}: interrupted at virtual time {}; the trace is whole up to there", experiment.file,
                       readable(end.last.time));
  if (end.reason == "stuck")
    return fmt::format("{}: stuck at virtual time {}: {}", experiment.file, readable(end.last.time), end.detail);
  return "";
}

/// How unequal shares are, and what they mean for the measures.
std::string shares(const Experiment& experiment) {
  if (!experiment.dataset || !experiment.partition || !experiment.node_weights) return "";
  const PartitionReport report = describe_partition(*experiment.dataset, *experiment.partition);
  const std::string remark = remark_on_shares(report, *experiment.node_weights);
  return fmt::format("  shares     samples per node: {}; node_weights \"{}\"\n{}", describe_shares(report),
                     name(*experiment.node_weights), remark.empty() ? "" : fmt::format("             {}\n", remark));
}

std::string percent(std::optional<double> share) { return share ? fmt::format(", {:.2f} % right", 100 * *share) : ""; }

/// How the nodes' own models do, beside their mean.
std::string local_summary(const LocalMeasures& local) {
  std::string text =
      fmt::format("  own models loss {:.4g}, worst {:.4g}", local.train_loss.mean, local.train_loss.worst);
  if (const auto& accuracy = local.test_accuracy ? local.test_accuracy : local.train_accuracy)
    text += fmt::format("; {}{:.2f} % right, worst {:.2f} %", local.test_accuracy ? "in the test " : "",
                        100 * accuracy->mean, 100 * accuracy->worst);
  return text + fmt::format(" ({} nodes)\n", local.nodes);
}

std::string summary(const Experiment& experiment, const RunEnd& end, const std::filesystem::path& trace,
                    const std::optional<std::filesystem::path>& timeline) {
  const Sample& last = end.last;
  const double wall = end.wall_time.count();
  std::string text = fmt::format("{}\n", experiment.title);
  text += fmt::format("  end        {} at virtual time {}\n", end.reason, readable(last.time));
  if (last.evaluation && !end.divergence) {
    const Evaluation& measured = *last.evaluation;
    text += fmt::format("  training   loss {:.4g}{}\n", measured.train_loss, percent(measured.train_accuracy));
    if (measured.test_loss)
      text += fmt::format("  test       loss {:.4g}{}\n", *measured.test_loss, percent(measured.test_accuracy));
    if (measured.pooled_train_loss)
      text += fmt::format("  pooled     loss {:.4g} over all training samples\n", *measured.pooled_train_loss);
    text += fmt::format("  consensus  Γ = {:.3g}\n", last.consensus_distance.value_or(0));
    if (last.local) text += local_summary(*last.local);
  }
  text += shares(experiment);
  text += fmt::format("  sent       {:.4g} MB per node in {} messages\n",
                      static_cast<double>(last.total.sent_bytes) / last.nodes / 1e6, last.total.sent_messages);
  text += fmt::format("  computed   {:.6g} node-steps per node, {:.1f} % idle\n",
                      static_cast<double>(last.total.node_steps) / last.nodes,
                      100 * idle_share(last.total.computing, last.time, last.nodes).value_or(0));
  if (last.faults)
    text += fmt::format("  faults     {} outages, {:.4g} s down; messages: {} lost, {} corrupted, {} sent again\n",
                        last.faults->outages, last.faults->down.count(), last.faults->lost_messages,
                        last.faults->corrupted_messages, last.faults->retransmitted_messages);
  text += fmt::format("  wall time  {}, {:.4g} node-steps/s, {:.4g} events/s\n", readable(end.wall_time),
                      static_cast<double>(last.total.node_steps) / wall, static_cast<double>(end.events) / wall);
  text += fmt::format("  trace      {}\n", trace.string());
  return timeline ? text + fmt::format("  timeline   {}\n", timeline->string()) : text;
}

/// Warnings, and what a user should know of the data.
void print_notes(const Experiment& experiment) {
  for (const std::string& sentence : experiment.warnings)
    fmt::print(stderr, "{}: warning: {}\n", experiment.file, sentence);
  if (!experiment.dataset) return;
  for (const std::string& sentence : experiment.dataset->notes) fmt::print(stderr, "note: {}\n", sentence);
}

}  // namespace

ExitCode carry_out(const RunOptions& options, Experiment& experiment, const TraceIdentity& identity,
                   const Runner& runner) {
  check_files(options, experiment, identity);
  const std::filesystem::path path = trace_path(options, identity);
  TraceWriter trace{path};
  end_run_on_signals();
  if (!options.quiet) print_notes(experiment);
  const auto progress = make_progress(options, experiment);
  const RunEnd end = runner(trace, {.threads = threads(options),
                                    .window = {},
                                    .progress = progress.get(),
                                    .interrupt = &interrupted,
                                    .models = options.models,
                                    .command = options.command});
  if (!options.quiet) fmt::print("{}", summary(experiment, end, path, options.timeline));
  if (const std::string sentence = complaint(experiment, end); !sentence.empty()) fmt::print(stderr, "{}\n", sentence);
  return exit_code(end);
}

ExitCode run(const RunOptions& options) {
  if (options.world == RunOptions::World::mpi) {
    if (options.timeline) throw MpiError{"--timeline shows virtual time, which --world mpi does not have"};
    return run_on_ranks(options);
  }
  if (options.ranks != RankOptions{}) throw MpiError{"--compute, --network and --all-reduce are for --world mpi"};
  Experiment experiment = read_experiment(options.file, options.overrides);
  const TraceIdentity identity = identity_of(experiment);
  check_files(options, experiment, identity);  // before a timeline is begun
  const auto timeline = make_timeline(options, experiment);
  const ExitCode code = carry_out(options, experiment, identity, [&](TraceWriter& trace, RunSettings settings) {
    settings.timeline = timeline.get();
    return run_experiment(experiment, trace, settings);
  });
  if (timeline) fmt::print(stderr, "{}", complaint(options, *timeline));
  return code;
}

}  // namespace gossamer
