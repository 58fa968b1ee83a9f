#include "experiments/configuration/experiment.hpp"

#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

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

/// The compressor among the settings of an algorithm; null if there is none.
std::shared_ptr<const Codec> compressor_of(const Values& values) {
  for (const auto& [name, value] : values)
    if (const auto* const part = std::get_if<PartValue>(&value))
      if (auto compressor = part->as<Codec>()) return compressor;
  return nullptr;
}

Experiment build(const Configuration& configuration, DatasetCache* cache) {
  const auto& algorithm = configuration.algorithm;
  const Collectives collectives = configuration.network.common_network.collectives;
  const Seeds& seeds = configuration.seeds;
  Topology topology = configuration.topology.build(seeds.of(&Seeds::topology));
  const NodeId nodes = topology.facts.nodes;
  check_suitability(algorithm, topology);
  const NodeId servers = algorithm.entry->servers;
  Program program = algorithm.build();
  auto network = configuration.network.build(
      {.nodes = nodes, .seeds = seeds, .topology = &topology, .compute = &configuration.compute});
  BuiltModel built_model;
  if (configuration.model)
    built_model = configuration.model->build(configuration.top_level.numerics,
                                             {.all = nodes, .workers = nodes - servers}, seeds, cache);
  check_problem(algorithm, built_model.problem.get());
  auto step_times = configuration.compute.build(nodes, seeds.of(&Seeds::compute), std::move(built_model.step_work));
  auto faults =
      configuration.faults ? configuration.faults->build(nodes, seeds.of(&Seeds::faults), collectives) : nullptr;
  const StopTargets targets = configuration.stop.targets(built_model);
  const RecordSettings record =
      configuration.record.settings(configuration.top_level, built_model.dataset.get(), nodes - servers);
  const Bytes payload = configuration.network.common_network.payload_of(built_model.dimension);
  std::optional<AllReduceMethod> all_reduce;
  if (algorithm.entry->all_reduces)
    all_reduce = built(configuration.network.choice.place,
                       [&] { return fastest_all_reduce(*network, collectives, nodes - servers, payload); });
  return {.title = configuration.top_level.title,
          .file = configuration.name,
          .seed = static_cast<std::uint64_t>(seeds.all),
          .seeds = seeds,
          .numerics = configuration.top_level.numerics,
          .configuration = configuration.resolved,
          .topology = std::move(topology),
          .program = std::move(program),
          .needs_optimum = algorithm.entry->needs_optimum,
          .servers = servers,
          .compressor = compressor_of(algorithm.values),
          .network = std::move(network),
          .step_times = std::move(step_times),
          .faults = std::move(faults),
          .dataset = std::move(built_model.dataset),
          .partition = std::move(built_model.partition),
          .node_weights = built_model.node_weights,
          .problem = std::move(built_model.problem),
          .exact_problem = std::move(built_model.exact_problem),
          .initial_params = std::move(built_model.initial_params),
          .dimension = built_model.dimension,
          .layers = std::move(built_model.layers),
          .collectives = collectives,
          .all_reduce = all_reduce,
          .payload = payload,
          .limits = configuration.stop.limits(),
          .targets = targets,
          .record = record};
}

Experiment build_with_warnings(const Json& source, const std::string& name, const std::vector<std::string>& overrides,
                               const Catalogue& catalogue, DatasetCache* cache = nullptr) {
  const Configuration configuration = read_configuration(source, name, overrides, catalogue);
  Experiment experiment = blaming_overrides(name, overrides, [&] {
    Experiment complete = build(configuration, cache);
    check_record_count(complete);
    return complete;
  });
  experiment.warnings = warnings_about(configuration.algorithm, experiment);
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

Experiment build_experiment(const Json& source, const std::string& name, const Catalogue& catalogue,
                            DatasetCache* cache) {
  return build_with_warnings(source, name, {}, catalogue, cache);
}

}  // namespace gossamer
