#pragma once
#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "algorithms/error.hpp"
#include "experiments/configuration/complaint.hpp"
#include "experiments/configuration/experiment.hpp"
#include "experiments/run/run_in_virtual_time.hpp"
#include "experiments/trace/recorder.hpp"
#include "experiments/trace/trace.hpp"
#include "sim/numerics/data_plane.hpp"

namespace gossamer {

/// The samples of each node, for the time of computations over them.
std::function<LocalSamples(NodeId)> local_samples(const Experiment& experiment);

/// x*, if the program knows it.
std::vector<double> known_minimum(const Experiment& experiment);

/// The data plane of an experiment's models; null if it has no model or its numerics are off. `window`: the number of
/// operations that are recorded before they are executed. Handles must not outlive the plane.
std::unique_ptr<DataPlane> make_plane(const Experiment& experiment, int threads,
                                      std::optional<std::size_t> window = {});

/// The setup of a recorder for an experiment. `plane` may be null.
Recorder::Setup recorder_setup(const Experiment& experiment, DataPlane* plane);

/// Writes the records between the last sample and the end, and the models if their file is given.
void write_outcome(const Experiment& experiment, const Snapshot& last,
                   const std::function<NodeSummary(NodeId)>& summary, const Recorder& recorder, DataPlane* plane,
                   TraceWriter& trace, const RunSettings& settings);

/// The end for a trace.
RunEnd run_end(const End& end, const Recorder& recorder, Seconds wall_time);

/// Runs the program. Its errors get the place of its settings.
template <class World>
End run_program(const Experiment& experiment, World& world, Recorder& recorder, const std::atomic<bool>* interrupt) {
  try {
    return world.run(experiment.program, experiment.limits, &recorder, interrupt);
  } catch (const AlgorithmError& error) {
    refuse({experiment.file, "/algorithm"}, error.what());
  }
}

/// Runs an experiment in a world of either kind, and writes its trace from after the header until before the end, with the
/// measures of this recorder. Wall time counts from `start`.
template <class World>
RunEnd run_recorded(const Experiment& experiment, World& world, DataPlane* plane, Recorder::Setup setup,
                    TraceWriter& trace, const RunSettings& settings, std::chrono::steady_clock::time_point start) {
  Recorder recorder{std::move(setup), trace, settings.progress};
  const End end = run_program(experiment, world, recorder, settings.interrupt);
  if (settings.progress) settings.progress->clear();

  const Snapshot last = world.snapshot();
  recorder.finish(last);
  const auto summary = [&](NodeId i) {
    return NodeSummary{.node = i,
                       .counters = world.counters(i),
                       .time = last.time,
                       .slowdown = experiment.step_times->mean_slowdown(i),
                       .faults = experiment.faults ? std::optional{world.fault_counters(i)} : std::nullopt};
  };
  write_outcome(experiment, last, summary, recorder, plane, trace, settings);
  return run_end(end, recorder, std::chrono::steady_clock::now() - start);
}

/// The same with the usual measures.
template <class World>
RunEnd run_in_world(const Experiment& experiment, World& world, DataPlane* plane, TraceWriter& trace,
                    const RunSettings& settings, std::chrono::steady_clock::time_point start) {
  return run_recorded(experiment, world, plane, recorder_setup(experiment, plane), trace, settings, start);
}

}  // namespace gossamer
