#include "experiments/commands/check.hpp"

#include <ostream>
#include <string_view>

#include <fmt/format.h>

#include "experiments/building.hpp"
#include "experiments/experiment.hpp"
#include "experiments/graph_table.hpp"
#include "experiments/json.hpp"
#include "experiments/quantity.hpp"
#include "sim/learning/partition_report.hpp"
#include "sim/network/collectives.hpp"

namespace gossamer {
namespace {

std::string line(std::string_view name, std::string_view value) { return fmt::format("  {:<28}{}\n", name, value); }

std::string spread(const Spread& spread) {
  return fmt::format("{:.4g} to {:.4g}, median {:.4g}", spread.min, spread.max, spread.median);
}

std::string data_table(const Dataset& data, const Partition* partition) {
  std::string table = line("data", data.name);
  table += line("samples",
                fmt::format("{} to train, {} to test, {} features{}", data.train.count(), data.test.count(),
                            data.train.features(), data.classes > 0 ? fmt::format(", {} classes", data.classes) : ""));
  if (!partition) return table;
  const PartitionReport report = describe_partition(data, *partition);
  table += line("samples per node", spread(report.sizes));
  if (report.classes_per_node) table += line("classes per node", spread(*report.classes_per_node));
  if (report.largest_class_share) table += line("share of the largest class", spread(*report.largest_class_share));
  return table;
}

/// L and μ, where the problem knows them.
template <class Scalar>
std::string curvature(const std::unique_ptr<Problem<Scalar>>& problem) {
  std::string table;
  if (const auto smoothness = problem->smoothness()) table += line("smoothness L", fmt::format("{:.6g}", *smoothness));
  if (const auto convexity = problem->strong_convexity())
    table += line("strong convexity mu", fmt::format("{:.6g}", *convexity));
  return table;
}
std::string curvature(std::monostate) { return ""; }

std::string model_table(const Experiment& experiment) {
  std::string table;
  if (experiment.dimension > 0) table += line("parameters d", fmt::format("{}", experiment.dimension));
  table += line("payload", write_quantity(static_cast<double>(experiment.payload), Unit::bytes));
  return table + std::visit([](const auto& problem) { return curvature(problem); }, experiment.problem);
}

/// How all nodes average at once, and what it takes where it goes by formula.
std::string all_reduce_table(const Experiment& experiment) {
  if (!experiment.all_reduce) return "";
  std::string how{algorithm_of(experiment.all_reduce->algorithm).name};
  if (experiment.collectives == Collectives::formula) {
    const Network& network = *experiment.network;
    const Seconds takes = network.all_reduce(experiment.topology.facts.nodes, experiment.payload).duration;
    how += fmt::format(", {} by formula", write_rounded(takes.count(), Unit::seconds));
  }
  return line("all_reduce", how);
}

}  // namespace

void check_command(const std::filesystem::path& file, const std::vector<std::string>& overrides, std::ostream& out) {
  const Experiment experiment = read_experiment(file, overrides);
  const std::string graph = built({experiment.file, "/topology"}, [&] { return graph_table(experiment.topology); });
  out << pretty(parse_json(experiment.configuration, experiment.file)) << "\n\ngraph\n" << graph;
  if (experiment.dataset) out << "\ndata\n" << data_table(*experiment.dataset, experiment.partition.get());
  out << "\nmodel\n" << model_table(experiment) << all_reduce_table(experiment);
  if (!experiment.warnings.empty()) out << "\nwarnings\n";
  for (const std::string& sentence : experiment.warnings) out << "  " << sentence << '\n';
}

}  // namespace gossamer
