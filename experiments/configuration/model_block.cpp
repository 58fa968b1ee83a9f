#include "experiments/configuration/model_block.hpp"

#include <utility>

#include <fmt/format.h>

#include "experiments/configuration/building.hpp"
#include "experiments/configuration/source_file.hpp"

namespace gossamer {
namespace {

void build_data(const ModelBlock::Data& data, NodeId nodes, std::uint64_t seed, Learned& result) {
  result.dataset = built(data.source.place, [&] {
    const DataContext context{
        .seed = seed, .targets = data.targets, .resolve = data_finder(data.source.values, data.source.place)};
    return std::make_shared<const Dataset>(data.source.entry->make(data.source.values, context));
  });
  result.partition = built(data.partition.place, [&] {
    return std::make_shared<const Partition>(
        data.partition.entry->make(data.partition.values, *result.dataset, nodes, seed));
  });
}

template <class Scalar>
std::unique_ptr<AnyProblem> build_problem(const Choice<ModelEntry<Scalar>>& model, const LearningContext& context) {
  return built(model.place, [&] { return model.entry->make(model.values, context); });
}

/// Fills the problem's facts, and draws or reads the parameters that nodes start from.
void measure_problem(const ModelBlock& block, const LearningContext& context, Learned& result) {
  const AnyProblem& problem = *result.problem;
  result.dimension = problem.dimension();
  result.steps_per_epoch = problem.steps_per_epoch();
  result.node_weights = problem.node_weights();
  for (NodeId i = 0; i < context.nodes; ++i) result.step_work.push_back(problem.step_work(i));
  const auto& initial = block.initial;
  result.initial_params = built(initial.place, [&] {
    const InitialContext start{.dimension = result.dimension,
                               .nodes = context.nodes,
                               .seed = context.seed,
                               .layers = problem.layers(),
                               .resolve = data_finder(initial.values, initial.place)};
    return initial.entry->make(initial.values, start);
  });
}

}  // namespace

ModelBlock read_model(BlockReader& block) {
  const Catalogue& catalogue = block.catalogue();
  const auto& kind = block.kind(catalogue.models<double>());
  block.expect({"initial"});
  if (kind.targets) block.expect({"data", "partition"});
  const Values values = block.settings(kind.settings);
  const auto& same = catalogue.models<float>()[static_cast<std::size_t>(&kind - catalogue.models<double>().data())];
  ModelBlock result{.in_float32 = {&same, values, block.place()},
                    .in_float64 = {&kind, values, block.place()},
                    .start = kind.start(values),
                    .data = std::nullopt,
                    .initial = {}};
  if (kind.targets) {
    const Json& source = block.required_block("data", "a block such as {\"kind\": \"…\"}");
    result.data = {
        .source = read_inner(block, "data", &source, catalogue.data_sources()),
        .partition = read_inner(block, "partition", block.block("partition"), catalogue.partitions(), usual_partition),
        .targets = *kind.targets};
  }
  result.initial =
      read_inner(block, "initial", block.block("initial"), catalogue.initializations(), result.start.usual);
  return result;
}

Learned build_model(const ModelBlock& block, Numerics numerics, NodeId nodes, std::uint64_t seed) {
  Learned result;
  if (block.data) build_data(*block.data, nodes, seed, result);
  const LearningContext context{.nodes = nodes,
                                .seed = seed,
                                .data = result.dataset,
                                .partition = result.partition,
                                .resolve = data_finder(block.in_float64.values, block.in_float64.place)};
  if (numerics == Numerics::float64)
    result.problem = build_problem(block.in_float64, context);
  else
    result.problem = build_problem(block.in_float32, context);
  measure_problem(block, context, result);
  if (numerics == Numerics::off) result.problem.reset();
  if (numerics != Numerics::off && !block.start.leaves_zero && result.initial_params.zero())
    refuse(block.initial.place,
           fmt::format("{} cannot leave zero, where its hidden layers have no gradient", block.in_float64.entry->name),
           fmt::format("another start, such as \"{}\"", block.start.usual));
  return result;
}

}  // namespace gossamer
