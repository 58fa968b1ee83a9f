#include "experiments/run/record_run.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include <fmt/format.h>

namespace gossamer {
namespace {

/// The reason of an end, in the words of traces.
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

bool all_there(std::span<const Params> models) {
  return std::all_of(models.begin(), models.end(), [](const Params& model) { return bool{model}; });
}

}  // namespace

Recorder::Setup recorder_setup(const Experiment& experiment, RunNumerics* numerics) {
  Recorder::Setup setup{
      .nodes = experiment.topology.mixing.size(), .record = experiment.record, .targets = experiment.targets};
  const auto steps_per_epoch = [](const auto& problem) -> std::optional<double> {
    if constexpr (requires { problem->steps_per_epoch(); }) return problem->steps_per_epoch();
    return std::nullopt;
  };
  setup.steps_per_epoch = std::visit(steps_per_epoch, experiment.problem);
  setup.decode_failures = experiment.compressor && experiment.compressor->can_tell();
  if (numerics) setup.measure = [numerics](const ModelsSeen& models) { return numerics->measure(models); };
  return setup;
}

void write_outcome(const Experiment& experiment, const Snapshot& last,
                   const std::function<NodeSummary(NodeId)>& summary, const Recorder& recorder, RunNumerics* numerics,
                   TraceWriter& trace, const RunSettings& settings) {
  if (recorder.divergence()) trace.write(record_of(*recorder.divergence()));
  const NodeId told = experiment.record.nodes == NodeRecords::all ? experiment.topology.mixing.size() : 0;
  for (NodeId i = 0; i < told; ++i) trace.write_hashed(record_of(summary(i)));
  const std::vector<Params> living = last.living_models();
  const std::span<const Params> models = last.faults ? std::span{living} : last.models;
  if (numerics && !(last.faults && models.empty()) && all_there(models)) trace.add_model(numerics->mean(models));
  if (!numerics || !settings.models) return;
  if (last.faults && !all_there(last.models))
    throw TraceError{fmt::format("{}: not written, since some nodes have never been up", settings.models->string())};
  if (all_there(last.models)) numerics->write_npy(*settings.models, last.models);
}

RunEnd run_end(const End& end, const Recorder& recorder, Seconds wall_time) {
  return {.reason = recorder.divergence() ? "diverged" : name_of(end),
          .detail = end.reason == End::Reason::observer ? "" : end.detail,
          .last = recorder.last(),
          .divergence = recorder.divergence(),
          .wall_time = wall_time,
          .events = end.events};
}

}  // namespace gossamer
