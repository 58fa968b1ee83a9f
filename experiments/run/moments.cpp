#include "experiments/run/moments.hpp"

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include "experiments/configuration/complaint.hpp"
#include "experiments/configuration/overrides.hpp"
#include "experiments/run/run_in_virtual_time.hpp"
#include "experiments/run/run_in_world.hpp"
#include "experiments/run/run_with_outputs.hpp"
#include "experiments/trace/measures.hpp"
#include "experiments/trace/trace_header.hpp"
#include "sim/learning/affine_gradients.hpp"
#include "sim/moments/moments_error.hpp"
#include "sim/moments/moments_plane.hpp"

namespace gossamer {
namespace {

/// The affine gradients of the experiment's model. Refuses models without, and ends that depend on the noise.
const AffineGradients& affine_gradients(const Experiment& experiment) {
  if (!experiment.problem)
    refuse({experiment.file, ""}, "this run computes no models, whose moments could be taken",
           R"(a model, and "float64" at /numerics)");
  if (experiment.targets.any_of_models())
    refuse({experiment.file, "/stop"}, "a target ends the run at a time that depends on the noise of gradients",
           "only ends that do not, such as node_steps or virtual_time");
  const auto* const gradients = dynamic_cast<const AffineGradients*>(experiment.problem.get());
  if (!gradients)
    refuse({experiment.file, "/model/kind"}, "the gradients of this model are not affine, with noise that is added",
           "a model of quadratics, such as \"quadratic\"");
  return *gradients;
}

/// Expectations are computed in float64, also of an experiment in float32.
Experiment read_in_float64(RunOptions& options, const Catalogue& catalogue) {
  Experiment experiment = read_experiment(options.file, options.overrides, catalogue);
  if (experiment.numerics != Numerics::float32) return experiment;
  options.overrides.push_back("/numerics=float64");
  return read_experiment(options.file, options.overrides, catalogue);
}

std::unique_ptr<MomentsPlane> make_moments_plane(const Experiment& experiment, int threads) {
  const AffineGradients& gradients = affine_gradients(experiment);
  return std::make_unique<MomentsPlane>(
      make_plane(experiment, threads),
      NoiseSpace::Setup{.dimension = experiment.dimension,
                        .nodes = experiment.workers(),
                        .hessian = [&gradients](NodeId node) { return gradients.hessian(node); },
                        .noise = experiment.problem->added_noise().value_or(0)});
}

/// Runs the program on a plane of moments, and writes the trace from the first line to the last.
RunEnd run_moments(Experiment& experiment, TraceWriter& trace, const RunSettings& settings) {
  const auto start = std::chrono::steady_clock::now();
  const TraceRecord header = header_of_moments(experiment, provenance(settings.threads, settings.command));
  const auto plane = make_moments_plane(experiment, settings.threads);
  Simulation simulation{simulation_of(experiment, plane.get(), nullptr)};
  Recorder::Setup setup = recorder_setup(experiment, plane.get());
  setup.measure = [&](const MeasuredModels& models) { return measure_moments(experiment, *plane, models); };
  trace.write(header);
  try {
    const RunEnd end = run_recorded(experiment, simulation, plane.get(), std::move(setup), trace, settings, start);
    trace.write(end);
    return end;
  } catch (const MomentsError& error) {
    std::error_code unknown;
    if (std::filesystem::is_regular_file(trace.path(), unknown)) std::filesystem::remove(trace.path(), unknown);
    refuse({experiment.file, "/algorithm"}, error.what(), "an algorithm that is linear in its models and gradients");
  }
}

}  // namespace

ExitCode moments_command(RunOptions options, const Catalogue& catalogue, std::ostream& out, std::ostream& err) {
  Experiment experiment = read_in_float64(options, catalogue);
  blaming_overrides(options.file.string(), options.overrides, [&] { return &affine_gradients(experiment); });
  if (!options.out) options.out = options.file.stem().concat("-moments.jsonl");
  TraceIdentity identity = identity_of(experiment);
  identity.moments = true;
  return run_with_outputs(options, experiment, identity, {nullptr, out, err},
                          [&](TraceWriter& trace, const RunSettings& settings) {
                            return blaming_overrides(options.file.string(), options.overrides, [&] {
                              return run_moments(experiment, trace, settings);
                            });
                          });
}

}  // namespace gossamer
