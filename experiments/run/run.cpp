#include "experiments/run/run.hpp"

#include <cerrno>
#include <chrono>
#include <cmath>
#include <fstream>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "experiments/commands/printable.hpp"
#include "experiments/configuration/experiment.hpp"
#include "experiments/configuration/quantity.hpp"
#include "experiments/run/output_files.hpp"
#include "experiments/run/run_in_virtual_time.hpp"
#include "experiments/run/run_on_ranks.hpp"
#include "experiments/run/run_with_outputs.hpp"
#include "experiments/run/signals.hpp"
#include "experiments/theory/theory.hpp"
#include "experiments/trace/trace.hpp"
#include "experiments/trace/trace_events.hpp"
#include "experiments/trace/trace_header.hpp"
#include "sim/learning/data/partition_report.hpp"
#include "sim/mpi/mpi_session.hpp"

namespace gossamer {

namespace {

constexpr auto npy_begin = "\x93NUMPY";

/// The trace's path by the options.
std::filesystem::path named_trace(const RunOptions& options) {
  return options.out.value_or(options.file.stem().concat(".jsonl"));
}

/// All that the run writes, if its trace goes to `trace`.
std::vector<OutputFile> outputs(const RunOptions& options, const std::filesystem::path& trace) {
  std::vector<OutputFile> files{{trace, "the trace", "--out"}};
  if (options.timeline) files.push_back({*options.timeline, "the timeline", "--timeline"});
  if (options.models) files.push_back({*options.models, "the models", "--models"});
  return files;
}

/// Writes a message for people, of one line or several.
void print_message(std::ostream& err, std::string_view message) { err << printable(message) << '\n'; }

/// The trace's file. It avoids another run's file at the default path.
TraceFile choose_trace_file(const RunOptions& options, const Experiment& experiment, const TraceIdentity& identity,
                            std::ostream& err) {
  const std::filesystem::path named = named_trace(options);
  const TraceFile file = options.out || options.force ? TraceFile{named} : free_trace_file(named, identity);
  try {
    check_outputs(outputs(options, file.path), experiment.file, experiment.files_read);
  } catch (const TraceError&) {
    if (file.created) std::filesystem::remove(file.path);
    throw;
  }
  // Without this message a user might take the trace at the usual path for this run's.
  if (file.path != named)
    print_message(err,
                  fmt::format("{} is taken by another run; this trace goes to {}", named.string(), file.path.string()));
  return file;
}

/// Null if none is wanted.
std::unique_ptr<TimelineWriter> make_timeline(const RunOptions& options, const Experiment& experiment) {
  if (!options.timeline) return nullptr;
  std::vector<double> slowdowns;
  for (NodeId node = 0; node < experiment.topology.mixing.size(); ++node)
    slowdowns.push_back(experiment.step_times->mean_slowdown(node));
  return std::make_unique<TimelineWriter>(TimelineWriter::Setup{.path = *options.timeline,
                                                                .nodes = experiment.topology.mixing.size(),
                                                                .scope = options.timeline_scope,
                                                                .title = experiment.title,
                                                                .seed = experiment.seed,
                                                                .slowdowns = std::move(slowdowns)});
}

/// One sentence about a timeline that is incomplete; empty for all others.
std::string complaint(const RunOptions& options, const TimelineWriter& timeline) {
  if (!timeline.full_at()) return "";
  return fmt::format(
      "{}: the timeline has reached {} at virtual time {} and ends there; --timeline-nodes, --timeline-from and "
      "--timeline-to choose what it shows, --timeline-size how much",
      options.timeline->string(), write_quantity(static_cast<double>(options.timeline_scope.size), Unit::bytes),
      readable(*timeline.full_at()));
}

/// Checks before the run that its models can be written.
void check_models(const RunOptions& options, const Experiment& experiment) {
  if (!options.models) return;
  if (!experiment.problem)
    throw TraceError{
        fmt::format("{}: --models {}: this run computes no models", experiment.file, options.models->string())};
  if (!std::ofstream{*options.models, std::ios::app})
    throw TraceError{fmt::format("{}: cannot write the models: {}", options.models->string(),
                                 std::generic_category().message(errno))};
}

/// Refuses to overwrite files of another run.
void check_leftovers(const RunOptions& options, const TraceIdentity& identity) {
  if (options.out) check_trace(*options.out, identity);
  if (options.timeline) check_kind(*options.timeline, timeline_begin, "timeline", "--timeline");
  if (options.models) check_kind(*options.models, npy_begin, "NPY file", "--models");
}

/// Refuses outputs that would destroy other files, before anything is written.
void check_files(const RunOptions& options, const Experiment& experiment, const TraceIdentity& identity) {
  std::vector<OutputFile> files = outputs(options, named_trace(options));
  check_outputs(files, {}, {});
  if (!options.out && !options.force) files.erase(files.begin());  // a trace of another name then replaces this one
  check_outputs(files, experiment.file, experiment.files_read);
  if (!options.force) check_leftovers(options, identity);
  check_models(options, experiment);
}

int threads(const RunOptions& options) {
  if (options.threads > 0) return options.threads;
  if (options.world == RunOptions::World::mpi) return 1;  // cores are for ranks
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

std::unique_ptr<Progress> make_progress(const RunOptions& options, const Experiment& experiment) {
  if (options.quiet && !options.progress) return nullptr;
  const Progress::Style usual = isatty(STDERR_FILENO) ? Progress::Style::bar : Progress::Style::lines;
  return std::make_unique<Progress>(Progress::Setup{.nodes = experiment.workers(),
                                                    .limits = experiment.limits,
                                                    .targets = experiment.targets,
                                                    .out = stderr,
                                                    .style = options.progress.value_or(usual)});
}

ExitCode exit_code(const RunEnd& end) {
  if (end.reason == EndReason::diverged) return ExitCode::diverged;
  if (end.reason == EndReason::interrupted) return ExitCode::interrupted;
  if (end.reason == EndReason::stuck) return ExitCode::stuck;
  return ExitCode::success;
}

/// One sentence about an unwanted end; empty for all others.
std::string complaint(const Experiment& experiment, const RunEnd& end) {
  if (end.divergence)
    return fmt::format("{}: diverged at virtual time {} on node {}: {}", experiment.file,
                       readable(end.divergence->time), end.divergence->node, end.divergence->what);
  if (end.reason == EndReason::interrupted)
    return fmt::format("{}: interrupted at virtual time {}; the trace is whole up to there", experiment.file,
                       readable(end.last.time));
  if (end.reason == EndReason::stuck)
    return fmt::format("{}: stuck at virtual time {}: {}", experiment.file, readable(end.last.time), end.detail);
  return "";
}

/// A sentence on unequal shares, and on their effect on the measures.
std::string shares(const Experiment& experiment) {
  if (!experiment.dataset || !experiment.partition || !experiment.node_weights) return "";
  const PartitionReport report = describe_partition(*experiment.dataset, *experiment.partition);
  const std::string remark = remark_on_shares(report, *experiment.node_weights);
  return fmt::format("  shares     samples per node: {}; node_weights \"{}\"\n{}", describe_shares(report),
                     name(*experiment.node_weights), remark.empty() ? "" : fmt::format("             {}\n", remark));
}

std::string percent(std::optional<double> share) { return share ? fmt::format(", {:.2f} % right", 100 * *share) : ""; }

/// The measures of the nodes' own models, besides their mean.
std::string local_summary(const LocalMeasures& local) {
  std::string text = fmt::format("  own models loss {:.4g}", local.train_loss.mean);
  if (std::isfinite(local.train_loss.worst)) text += fmt::format(", worst {:.4g}", local.train_loss.worst);
  if (const auto& accuracy = local.test_accuracy ? local.test_accuracy : local.train_accuracy)
    text += fmt::format("; {}{:.2f} % right, worst {:.2f} %", local.test_accuracy ? "in the test " : "",
                        100 * accuracy->mean, 100 * accuracy->worst);
  return text + fmt::format(" ({} nodes)\n", local.nodes);
}

/// The two rates of a run that took `wall_time`.
std::string rates(const RunEnd& end) {
  const double wall = end.wall_time.count();
  std::string text = fmt::format("{:.4g} node-steps/s", static_cast<double>(end.last.total.node_steps) / wall);
  return end.events ? text + fmt::format(", {:.4g} events/s", static_cast<double>(*end.events) / wall) : text;
}

std::string summary(const Experiment& experiment, const RunEnd& end, const std::filesystem::path& trace,
                    const std::optional<std::filesystem::path>& timeline) {
  const Sample& last = end.last;
  std::string text = fmt::format("{}\n", experiment.title);
  text += fmt::format("  end        {} at virtual time {}\n", name(end.reason), readable(last.time));
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
  text += fmt::format("  wall time  {}, {}\n", readable(end.wall_time), rates(end));
  text += fmt::format("  trace      {}\n", trace.string());
  return timeline ? text + fmt::format("  timeline   {}\n", timeline->string()) : text;
}

/// Prints warnings, and notes on the data.
void print_notes(const Experiment& experiment, std::ostream& err) {
  for (const std::string& sentence : experiment.warnings)
    print_message(err, fmt::format("{}: warning: {}", experiment.file, sentence));
  if (!experiment.dataset) return;
  for (const std::string& sentence : experiment.dataset->notes) print_message(err, "note: " + sentence);
}

/// A function that another thread calls if the run continues for too long after a signal. It completes the run's files.
std::function<void()> file_closer(const Experiment& experiment, TraceWriter& trace, TimelineWriter* timeline,
                                  std::ostream& err) {
  const auto start = std::chrono::steady_clock::now();
  return [&experiment, &trace, timeline, &err, start] {
    if (timeline) timeline->seal();
    const auto time = trace.end_early(std::chrono::steady_clock::now() - start);
    const std::string how_far =
        time ? fmt::format("the trace ends at its last sample, at virtual time {}", readable(*time))
             : "the run had not begun";
    print_message(err, fmt::format("{}: interrupted while something long was computed; {}", experiment.file, how_far));
    err.flush();
  };
}

}  // namespace

ExitCode run_with_outputs(const RunOptions& options, Experiment& experiment, const TraceIdentity& identity,
                          const RunOutputs& run_outputs, const RunFunction& run_function) {
  auto& [timeline, out, err] = run_outputs;
  check_files(options, experiment, identity);
  const TraceFile file = choose_trace_file(options, experiment, identity, err);
  TraceWriter trace{file.path, file.created};
  const RunUnderSignals run_under_signals{file_closer(experiment, trace, timeline, err)};
  if (!options.quiet) print_notes(experiment, err);
  const auto progress = make_progress(options, experiment);
  const RunEnd end = run_function(trace, {.threads = threads(options),
                                          .window = {},
                                          .progress = progress.get(),
                                          .interrupt = &RunUnderSignals::interrupted(),
                                          .models = options.models,
                                          .command = options.command,
                                          .timeline = timeline});
  if (!options.quiet) out << printable(summary(experiment, end, file.path, options.timeline));
  if (const std::string sentence = complaint(experiment, end); !sentence.empty()) print_message(err, sentence);
  return exit_code(end);
}

ExitCode run(const RunOptions& options, std::ostream& out, std::ostream& err, const Catalogue& catalogue) {
  if (options.world == RunOptions::World::mpi) {
    if (options.timeline) throw MpiError{"--timeline shows virtual time, which --world mpi does not have"};
    return run_on_ranks(options, catalogue, out, err);
  }
  if (options.ranks != RankOptions{}) throw MpiError{"--compute, --network and --all-reduce are for --world mpi"};
  Experiment experiment = read_experiment(options.file, options.overrides, catalogue);
  if (options.theory) experiment.theory = theory_json(experiment);
  const TraceIdentity identity = identity_of(experiment);
  check_files(options, experiment, identity);  // before a timeline is begun
  const auto timeline = make_timeline(options, experiment);
  const ExitCode code = run_with_outputs(options, experiment, identity, {timeline.get(), out, err},
                                         [&](TraceWriter& trace, const RunSettings& settings) {
                                           return run_in_virtual_time(experiment, trace, settings);
                                         });
  if (timeline)
    if (const std::string sentence = complaint(options, *timeline); !sentence.empty()) print_message(err, sentence);
  return code;
}

}  // namespace gossamer
