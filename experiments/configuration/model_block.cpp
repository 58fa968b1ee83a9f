#include "experiments/configuration/model_block.hpp"

#include <string>
#include <utility>
#include <variant>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "experiments/configuration/setting_text.hpp"

namespace gossamer {
namespace {

/// Equal for blocks that mean the same data, up to the seed.
std::string key_of(const ModelBlock::Data& data) {
  std::string key = fmt::format("{} {}", data.source.entry->name, static_cast<int>(data.targets));
  for (const Setting& setting : data.source.entry->settings)
    if (const Value& value = data.source.values.at(setting.name); !std::holds_alternative<std::monostate>(value))
      key += fmt::format(" {}={}", setting.name, compact(written(value, setting)));
  return key + " " + data.source.place.file;  // beside which relative paths are looked up
}

void build_data(const ModelBlock::Data& data, NodeId nodes, const Seeds& seeds, DatasetCache* cache,
                BuiltModel& result) {
  const std::uint64_t seed = seeds.of(&Seeds::data);
  const auto load = [&] { return data.source.build(DataContext{.seed = seed, .targets = data.targets}); };
  result.dataset = cache ? cache->get(key_of(data), seed, load) : std::make_shared<const Dataset>(load());
  result.partition =
      std::make_shared<const Partition>(data.partition.build(*result.dataset, nodes, seeds.of(&Seeds::partition)));
}

/// Fills the problem's facts, and draws or reads the parameters that nodes start from. Servers make no steps.
void measure_problem(const Choice<InitialParamsEntry>& initial, std::uint64_t seed, NodeCounts nodes,
                     BuiltModel& result) {
  const AnyProblem& problem = *result.problem;
  result.dimension = problem.dimension();
  result.layers = problem.layers();
  result.steps_per_epoch = problem.steps_per_epoch();
  result.node_weights = problem.node_weights();
  for (NodeId i = 0; i < nodes.workers; ++i) result.step_work.push_back(problem.step_work(i));
  result.step_work.resize(static_cast<std::size_t>(nodes.all), result.step_work.front());
  result.initial_params = initial.build(
      InitialContext{.dimension = result.dimension, .nodes = nodes.all, .seed = seed, .layers = result.layers});
}

}  // namespace

ModelBlock read_model(BlockReader& block) {
  const Catalogue& catalogue = block.catalogue();
  const auto& kind = block.kind(catalogue.models<double>());
  block.expect({"initial"});
  if (kind.targets) block.expect({"data", "partition"});
  const Values values = block.settings(kind.settings);
  const auto number = static_cast<std::size_t>(&kind - catalogue.models<double>().data());
  ModelBlock result{.in_float32 = {&catalogue.models<float>()[number], values, block.place()},
                    .in_float64 = {&kind, values, block.place()},
                    .start = kind.start(values),
                    .data = std::nullopt,
                    .initial = {}};
  if (kind.targets) {
    block.required_block("data", "a block such as {\"kind\": \"…\"}");
    result.data = {.source = block.choice_at("data", catalogue.data_sources()),
                   .partition = block.choice_at("partition", catalogue.partitions(), usual_partition),
                   .targets = *kind.targets};
  }
  result.initial = block.choice_at("initial", catalogue.initializations(), result.start.usual);
  return result;
}

BuiltModel ModelBlock::build(Numerics numerics, NodeCounts nodes, const Seeds& seeds, DatasetCache* cache) const {
  BuiltModel result;
  if (data) build_data(*data, nodes.workers, seeds, cache, result);
  const LearningContext context{.nodes = nodes.workers,
                                .seed = seeds.of(&Seeds::batches),
                                .objective_seed = seeds.of(&Seeds::data),
                                .data = result.dataset,
                                .partition = result.partition};
  if (numerics == Numerics::float64)
    result.problem = in_float64.build(context);
  else
    result.problem = in_float32.build(context);
  result.exact_problem = [choice = in_float64, context] { return choice.build(context); };
  measure_problem(initial, static_cast<std::uint64_t>(seeds.all), nodes, result);
  if (numerics == Numerics::off) result.problem.reset();
  if (numerics != Numerics::off && !start.leaves_zero && result.initial_params.zero())
    refuse(initial.place,
           fmt::format("{} cannot leave zero, where its hidden layers have no gradient", in_float64.entry->name),
           fmt::format("another start, such as \"{}\"", start.usual));
  return result;
}

}  // namespace gossamer
