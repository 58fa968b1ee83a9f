#include "experiments/run/run_in_virtual_time.hpp"

#include <chrono>

#include "experiments/run/run_in_world.hpp"
#include "experiments/trace/trace_header.hpp"

namespace gossamer {

Simulation::Setup simulation_of(const Experiment& experiment, DataPlane* plane, Timeline* timeline) {
  return {.mixing = experiment.topology.mixing,
          .step_times = *experiment.step_times,
          .network = *experiment.network,
          .plane = plane,
          .payload = experiment.payload,
          .collectives = experiment.collectives,
          .seed = experiment.seed,
          .meetings = {},
          .timeline = timeline,
          .schedule = experiment.topology.schedule.get(),
          .faults = experiment.faults.get(),
          .servers = experiment.servers,
          .samples = local_samples(experiment),
          .optimum = known_minimum(experiment),
          .layers = experiment.layers};
}

RunEnd run_in_virtual_time(Experiment& experiment, TraceWriter& trace, const RunSettings& settings) {
  const auto start = std::chrono::steady_clock::now();
  const TraceRecord header = header_of(experiment, provenance(settings.threads, settings.command));
  // Models are handles to versions of `plane`, which therefore outlives the simulation.
  const auto plane = make_plane(experiment, settings.threads, settings.window);
  Simulation simulation{simulation_of(experiment, plane.get(), settings.timeline)};
  trace.write(header);  // an earlier failure, such as of memory, leaves an older trace as it is
  const RunEnd end = run_in_world(experiment, simulation, plane.get(), trace, settings, start);
  trace.write(end);
  return end;
}

}  // namespace gossamer
