#include "experiments/run/run_in_world.hpp"

#include <algorithm>
#include <filesystem>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "experiments/trace/measures.hpp"
#include "sim/learning/data/npy.hpp"

namespace gossamer {
namespace {

EndReason reason_of(const End& end, const Recorder& recorder) {
  using enum End::Reason;
  if (recorder.divergence()) return EndReason::diverged;
  switch (end.reason) {
    case virtual_time:
      return EndReason::virtual_time;
    case node_steps:
      return EndReason::node_steps;
    case sent_bytes:
      return EndReason::sent_bytes;
    case observer:
      return recorder.reason().value();
    case interrupted:
      return EndReason::interrupted;
    case finished:
      return EndReason::finished;
    case stuck:
      return EndReason::stuck;
  }
  return EndReason::finished;
}

bool all_there(std::span<const Params> models) {
  return std::all_of(models.begin(), models.end(), [](const Params& model) { return bool{model}; });
}

/// Writes the models as one n × d array of their scalar type.
void write_models(const std::filesystem::path& path, DataPlane& plane, std::span<const Params> models) {
  std::vector<std::span<const std::byte>> rows;
  for (const Params& model : models) rows.push_back(plane.bytes(model));
  write_npy(path, rows, plane.scalar_bytes());
}

}  // namespace

std::function<LocalSamples(NodeId)> local_samples(const Experiment& experiment) {
  const AnyProblem* const problem = experiment.problem.get();
  if (!problem) return {};
  LocalSamples all{.count = 0};
  for (NodeId i = 0; i < experiment.workers(); ++i) all.count += problem->samples_of(i);
  return [problem, all, workers = experiment.workers()](NodeId node) {
    if (node >= workers) return all;  // a server
    return LocalSamples{.count = problem->samples_of(node), .steps = problem->steps_per_pass(node)};
  };
}

std::vector<double> known_minimum(const Experiment& experiment) {
  return experiment.needs_optimum && experiment.problem ? experiment.problem->known_minimum() : std::vector<double>{};
}

std::unique_ptr<DataPlane> make_plane(const Experiment& experiment, int threads, std::optional<std::size_t> window) {
  return experiment.problem ? experiment.problem->make_plane(experiment.initial_params, threads, window) : nullptr;
}

Recorder::Setup recorder_setup(const Experiment& experiment, DataPlane* plane) {
  Recorder::Setup setup{.nodes = experiment.workers(),
                        .has_server = experiment.servers > 0,
                        .record = experiment.record,
                        .targets = experiment.targets};
  if (experiment.problem) setup.steps_per_epoch = experiment.problem->steps_per_epoch();
  setup.decode_failures = experiment.compressor && experiment.compressor->detects_failures();
  if (plane)
    setup.measure = [&experiment, plane](const MeasuredModels& models) { return measure(experiment, *plane, models); };
  return setup;
}

void write_outcome(const Experiment& experiment, const Snapshot& last,
                   const std::function<NodeSummary(NodeId)>& summary, const Recorder& recorder, DataPlane* plane,
                   TraceWriter& trace, const RunSettings& settings) {
  if (recorder.divergence()) trace.write(record_of(*recorder.divergence()));
  const NodeId told = experiment.record.nodes == NodeRecords::all ? experiment.topology.mixing.size() : 0;
  for (NodeId i = 0; i < told; ++i) trace.write_hashed(record_of(summary(i)));
  const std::vector<Params> living = last.living_models(experiment.workers());
  const std::span<const Params> workers = last.faults ? std::span{living} : last.models_of(experiment.workers());
  const std::span<const Params> models =
      experiment.servers > 0 ? last.models_of(experiment.workers() + 1).last(1) : workers;
  if (plane && !(last.faults && models.empty()) && all_there(models))
    trace.add_model(plane->values(plane->mean(models)));
  if (!plane || !settings.models) return;
  if (last.faults && !all_there(last.models))
    throw TraceError{fmt::format("{}: not written, since some nodes have never been up", settings.models->string())};
  if (all_there(last.models)) write_models(*settings.models, *plane, last.models);
}

RunEnd run_end(const End& end, const Recorder& recorder, Seconds wall_time) {
  return {.reason = reason_of(end, recorder),
          .detail = end.reason == End::Reason::observer ? "" : end.detail,
          .last = recorder.last(),
          .divergence = recorder.divergence(),
          .wall_time = wall_time,
          .events = end.events};
}

}  // namespace gossamer
