#include "experiments/commands/check.hpp"

#include <memory>
#include <optional>
#include <ostream>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "experiments/commands/graph_table.hpp"
#include "experiments/commands/printable.hpp"
#include "experiments/configuration/choice.hpp"
#include "experiments/configuration/experiment.hpp"
#include "experiments/configuration/json.hpp"
#include "experiments/configuration/overrides.hpp"
#include "experiments/configuration/quantity.hpp"
#include "experiments/theory/theory.hpp"
#include "sim/learning/data/partition_report.hpp"
#include "sim/network/collectives/collectives.hpp"

namespace gossamer {
namespace {

std::string line(std::string_view name, std::string_view value) {
  return fmt::format("  {:<28}{}\n", name, printable(value));
}

std::string spread(const Spread& spread) {
  return fmt::format("{:.4g} to {:.4g}, median {:.4g}", spread.min, spread.max, spread.median);
}

std::string data_table(const Experiment& experiment) {
  const Dataset& data = *experiment.dataset;
  std::string table = line("data", data.name);
  table += line("samples",
                fmt::format("{} to train, {} to test, {} features{}", data.train.count(), data.test.count(),
                            data.train.features(), data.classes > 0 ? fmt::format(", {} classes", data.classes) : ""));
  for (const std::string& note : data.notes) table += fmt::format("  {}\n", note);
  if (!experiment.partition) return table;
  const PartitionReport report = describe_partition(data, *experiment.partition);
  table += line("samples per node", describe_shares(report));
  if (experiment.node_weights) {
    table += line("node weights", name(*experiment.node_weights));
    if (const std::string remark = remark_on_shares(report, *experiment.node_weights); !remark.empty())
      table += fmt::format("  {}\n", remark);
  }
  if (report.classes_per_node) table += line("classes per node", spread(*report.classes_per_node));
  if (report.largest_class_share) table += line("share of the largest class", spread(*report.largest_class_share));
  return table;
}

std::string line(std::string_view name, std::optional<double> value) {
  return value ? line(name, fmt::format("{:.6g}", *value)) : "";
}

/// L, μ, σ² and ζ², as far as the problem has them.
std::string constants(const AnyProblem& problem) {
  return line("smoothness L", problem.smoothness()) + line("strong convexity mu", problem.strong_convexity()) +
         line("gradient variance sigma^2", problem.gradient_variance()) +
         line("heterogeneity zeta^2", problem.heterogeneity()) +
         line("zeta^2 at the optimum", problem.heterogeneity_at_optimum());
}

std::string model_table(const Experiment& experiment) {
  std::string table;
  if (experiment.dimension > 0) table += line("parameters d", fmt::format("{}", experiment.dimension));
  table += line("payload", write_quantity(static_cast<double>(experiment.payload), Unit::bytes));
  return experiment.problem ? table + constants(*experiment.problem) : table;
}

/// The algorithm of the all-reduce, and its time if a formula gives it.
std::string all_reduce_table(const Experiment& experiment) {
  if (!experiment.all_reduce) return "";
  std::string how{algorithm_of(experiment.all_reduce->algorithm).name};
  if (experiment.collectives == Collectives::formula) {
    const Network& network = *experiment.network;
    const Seconds takes = built({experiment.file, "/network"}, [&] {
      return network.all_reduce(experiment.topology.facts.nodes, experiment.payload).duration;
    });
    how += fmt::format(", {} by formula", write_rounded(takes.count(), Unit::seconds));
  }
  return line("all_reduce", how);
}

}  // namespace

void check_command(const CheckCommand& command, CheckOutput output, const Catalogue& catalogue) {
  const Experiment experiment = read_experiment(command.file, command.overrides, catalogue);
  const auto theory = command.theory ? std::optional{theory_of(experiment)} : std::nullopt;
  if (command.json) {
    output.json << pretty({{"theory", json_of(theory.value())}}) << '\n';
    return;
  }
  const auto [graph, rest] = blaming_overrides(command.file.string(), command.overrides, [&] {
    return std::pair{built({experiment.file, "/topology"}, [&] { return graph_table(experiment.topology); }),
                     model_table(experiment) + all_reduce_table(experiment)};
  });
  output.json << pretty(parse_json(experiment.configuration, experiment.file)) << '\n';
  output.facts << "graph\n" << graph;
  if (experiment.dataset) output.facts << "\ndata\n" << data_table(experiment);
  output.facts << "\nmodel\n" << rest;
  if (theory) output.facts << "\ntheory\n" << theory_table(*theory);
  if (!experiment.warnings.empty()) output.facts << "\nwarnings\n";
  for (const std::string& sentence : experiment.warnings) output.facts << "  " << sentence << '\n';
}

}  // namespace gossamer
