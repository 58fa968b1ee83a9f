#include "experiments/run_experiment.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <utility>
#include <vector>

#include "experiments/recorder.hpp"
#include "experiments/run_numerics.hpp"
#include "experiments/trace_header.hpp"
#include "sim/engine/simulation.hpp"

namespace gossamer {
namespace {

Recorder::Setup recorder_setup(const Experiment& experiment, RunNumerics* numerics) {
  Recorder::Setup setup{
      .nodes = experiment.topology.mixing.size(), .record = experiment.record, .targets = experiment.targets};
  const auto steps_per_epoch = [](const auto& problem) -> std::optional<double> {
    if constexpr (requires { problem->steps_per_epoch(); }) return problem->steps_per_epoch();
    return std::nullopt;
  };
  setup.steps_per_epoch = std::visit(steps_per_epoch, experiment.problem);
  if (numerics) setup.measure = [numerics](std::span<const Params> models) { return numerics->measure(models); };
  return setup;
}

/// The reason of an end, as traces name it.
std::string name_of(const End& end) {
  switch (end.reason) {
    case End::Reason::virtual_time:
      return "virtual_time";
    case End::Reason::node_steps:
      return "node_steps";
    case End::Reason::sent_bytes:
      return "sent_bytes";
    case End::Reason::observer:
      return end.detail;
    case End::Reason::interrupted:
      return "interrupted";
    case End::Reason::finished:
      return "finished";
    case End::Reason::stuck:
      return "stuck";
  }
  return "";
}

void write_nodes(TraceWriter& trace, const Simulation& simulation, const Experiment& experiment) {
  for (NodeId i = 0; i < experiment.topology.mixing.size(); ++i)
    trace.write_hashed(record_of(NodeSummary{.node = i,
                                             .counters = simulation.counters(i),
                                             .time = simulation.now(),
                                             .slowdown = experiment.step_times->slowdown(i)}));
}

bool all_there(std::span<const Params> models) {
  return std::all_of(models.begin(), models.end(), [](const Params& model) { return bool{model}; });
}

}  // namespace

RunEnd run_experiment(Experiment& experiment, TraceWriter& trace, const RunSettings& settings) {
  const auto start = std::chrono::steady_clock::now();
  trace.write(header_of(experiment));

  // Models are handles to versions of `numerics`, which therefore outlives the simulation.
  const auto numerics = make_numerics(experiment, settings.threads, settings.window);
  Simulation simulation{{.mixing = experiment.topology.mixing,
                         .step_times = *experiment.step_times,
                         .network = *experiment.network,
                         .plane = numerics ? &numerics->plane() : nullptr,
                         .payload = experiment.payload,
                         .seed = experiment.seed}};
  Recorder recorder{recorder_setup(experiment, numerics.get()), trace, settings.progress};
  const End end = simulation.run(experiment.program, experiment.limits, &recorder, settings.interrupt);
  if (settings.progress) settings.progress->clear();

  recorder.finish(simulation.snapshot());
  if (recorder.divergence()) trace.write(record_of(*recorder.divergence()));
  if (experiment.record.nodes == NodeRecords::all) write_nodes(trace, simulation, experiment);
  const bool models_known = numerics && all_there(simulation.models());
  if (models_known) trace.add_model(numerics->mean(simulation.models()));
  if (models_known && settings.models) numerics->write_npy(*settings.models, simulation.models());

  RunEnd result{.reason = recorder.divergence() ? "diverged" : name_of(end),
                .detail = end.reason == End::Reason::observer ? "" : end.detail,
                .last = recorder.last(),
                .divergence = recorder.divergence(),
                .wall_time = std::chrono::steady_clock::now() - start,
                .events = end.events};
  trace.write(result);
  return result;
}

}  // namespace gossamer
