#include "experiments/configuration/experiment.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "experiments/configuration/building.hpp"
#include "experiments/configuration/configuration.hpp"
#include "experiments/configuration/overrides.hpp"
#include "experiments/configuration/record_count.hpp"
#include "experiments/configuration/source_file.hpp"
#include "experiments/configuration/suitability.hpp"
#include "experiments/configuration/warnings.hpp"
#include "sim/engine/fastest_all_reduce.hpp"
#include "sim/ground/read_log.hpp"

namespace gossamer {
namespace {

std::uint64_t seed_of(const Configuration& configuration) {
  return static_cast<std::uint64_t>(configuration.heading.seed);
}

Limits limits_of(const Stop& stop) {
  Limits limits;
  limits.virtual_time = stop.virtual_time;
  limits.sent_bytes = stop.sent_bytes;
  if (stop.node_steps) limits.node_steps = static_cast<std::uint64_t>(*stop.node_steps);
  return limits;
}

StopTargets targets_of(const Configuration& configuration, const Learned& learned) {
  const Stop& stop = configuration.stop;
  StopTargets targets;
  targets.train_loss = stop.target_loss;
  targets.consensus_distance = stop.target_consensus_distance;
  targets.accuracy = stop.target_accuracy;
  targets.local_loss = stop.target_local_loss;
  targets.local_accuracy = stop.target_local_accuracy;
  targets.judge = stop.judge;
  for (const auto& [target, name] :
       {std::pair{stop.target_accuracy, "target_accuracy"}, {stop.target_local_accuracy, "target_local_accuracy"}})
    if (target && !(learned.problem && learned.problem->classifies()))
      refuse({configuration.name, std::string{"/stop/"} + name}, "this model has no classes, and so no accuracy",
             "a target of the loss, or another end");
  if (!stop.epochs) return targets;
  if (!learned.steps_per_epoch)
    refuse({configuration.name, "/stop/epochs"}, "this model has no samples to pass over", "another end");
  targets.mean_node_steps = *stop.epochs * *learned.steps_per_epoch;
  return targets;
}

/// The nodes whose own models are scored, and the number of samples for it.
LocalScoring local_of(const Configuration& configuration, const Dataset* data, NodeId nodes) {
  const Record& record = configuration.record;
  if (configuration.heading.numerics == Numerics::off) return {};
  const auto count = record.local_nodes == Record::all ? Index{nodes} : std::min<Index>(record.local_nodes, nodes);
  LocalScoring local{.nodes = scored_nodes(static_cast<NodeId>(count), nodes, seed_of(configuration))};
  if (!data || record.local_samples == Record::all) return local;
  const EvaluatedSamples evaluated{.train = record.train_samples > 0 ? record.train_samples : data->train.count(),
                                   .test = record.test ? data->test.count() : 0,
                                   .gradient = record.gradient_norm};
  const Index samples =
      record.local_samples > 0 ? record.local_samples : cheap_samples(evaluated, static_cast<NodeId>(count));
  if (samples < evaluated.train) local.train_samples = samples;
  if (samples < evaluated.test) local.test_samples = samples;
  return local;
}

RecordSettings record_of(const Configuration& configuration, const Dataset* data, NodeId nodes) {
  const Record& record = configuration.record;
  const bool looks_in_vain = !data && configuration.heading.numerics != Numerics::off;
  for (const auto& [key, count] :
       {std::pair{"train_samples", record.train_samples}, {"local_samples", record.local_samples}})
    if (looks_in_vain && count > 0)
      refuse(Place{configuration.name, "/record"}.at(key), "has no effect, as this model has no training samples",
             "\"full\", or a model with data");
  if (data && record.train_samples > data->train.count())
    refuse({configuration.name, "/record/train_samples"},
           fmt::format("{} is more than the {} training samples that there are", record.train_samples,
                       data->train.count()),
           fmt::format("an integer from 1 to {}, or \"full\"", data->train.count()));
  RecordSettings settings;
  settings.every = record.every;
  settings.every_node_steps = record.every_node_steps;
  settings.test = record.test;
  settings.gradient_norm = record.gradient_norm;
  settings.nodes = record.nodes;
  if (record.train_samples > 0) settings.train_samples = record.train_samples;
  settings.local = local_of(configuration, data, nodes);
  return settings;
}

/// The compressor among the settings of an algorithm; null if there is none.
std::shared_ptr<const Codec> compressor_of(const Values& values) {
  for (const auto& [name, value] : values)
    if (const auto* const compressor = std::get_if<std::shared_ptr<const Codec>>(&value)) return *compressor;
  return nullptr;
}

Experiment build(Configuration configuration) {
  const std::uint64_t seed = seed_of(configuration);
  Topology topology = build_topology(configuration.topology, seed);
  const NodeId nodes = topology.facts.nodes;
  const auto& algorithm = configuration.algorithm;
  check_suitability(algorithm, topology);
  Program program = built(algorithm.place, [&] { return algorithm.entry->make(algorithm.values); });
  auto network = build_network(configuration, nodes, &topology);
  Learned learned;
  if (configuration.model) learned = build_model(*configuration.model, configuration.heading.numerics, nodes, seed);
  auto step_times = build_step_times(configuration.compute, nodes, seed, std::move(learned.step_work));
  std::unique_ptr<Faults> faults;
  if (configuration.faults) faults = build_faults(*configuration.faults, nodes, seed, configuration.wire.collectives);
  const StopTargets targets = targets_of(configuration, learned);
  const RecordSettings record = record_of(configuration, learned.dataset.get(), nodes);
  const Bytes payload = payload_of(configuration.wire, learned.dimension);
  std::optional<AllReduceMethod> all_reduce;
  if (algorithm.entry->all_reduces)
    all_reduce = built(configuration.network.choice.place,
                       [&] { return fastest_all_reduce(*network, configuration.wire.collectives, nodes, payload); });
  return {.title = configuration.heading.title,
          .file = configuration.name,
          .seed = seed,
          .numerics = configuration.heading.numerics,
          .configuration = configuration.resolved,
          .topology = std::move(topology),
          .program = std::move(program),
          .compressor = compressor_of(algorithm.values),
          .network = std::move(network),
          .step_times = std::move(step_times),
          .faults = std::move(faults),
          .dataset = std::move(learned.dataset),
          .partition = std::move(learned.partition),
          .node_weights = learned.node_weights,
          .problem = std::move(learned.problem),
          .initial_params = std::move(learned.initial_params),
          .dimension = learned.dimension,
          .collectives = configuration.wire.collectives,
          .all_reduce = all_reduce,
          .payload = payload,
          .limits = limits_of(configuration.stop),
          .targets = targets,
          .record = record};
}

Experiment build_with_warnings(Json source, const std::string& name, const std::vector<std::string>& overrides,
                               const Catalogue& catalogue) {
  Configuration configuration = read_configuration(std::move(source), name, overrides, catalogue);
  const Choice<AlgorithmEntry> algorithm = configuration.algorithm;
  Experiment experiment = blaming_overrides(name, overrides, [&] {
    Experiment built = build(std::move(configuration));
    check_record_count(built);
    return built;
  });
  experiment.warnings = warnings_about(algorithm, experiment);
  return experiment;
}

}  // namespace

Experiment read_experiment(const std::filesystem::path& file, const std::vector<std::string>& overrides,
                           const Catalogue& catalogue) {
  const ReadLog log;
  Experiment experiment = build_with_warnings(read_source_file(file), file.string(), overrides, catalogue);
  experiment.files_read = log.files();
  return experiment;
}

Experiment parse_experiment(std::string_view text, const std::string& name, const std::vector<std::string>& overrides,
                            const Catalogue& catalogue) {
  return build_with_warnings(read_source_text(text, name), name, overrides, catalogue);
}

}  // namespace gossamer
