#include "experiments/configuration/warnings.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "sim/ground/parts.hpp"

namespace gossamer {
namespace {

/// The number of node-steps of a node at which the run ends at the latest, by its limits.
double most_node_steps(const Experiment& experiment) {
  double most = std::numeric_limits<double>::infinity();
  if (experiment.limits.node_steps) most = static_cast<double>(*experiment.limits.node_steps);
  if (experiment.targets.mean_node_steps) most = std::min(most, *experiment.targets.mean_node_steps);
  return most;
}

/// Whether a node makes so many steps within a virtual time, if it does not wait for others; true if the check would
/// take long.
bool some_node_makes(double steps, Seconds time, const Experiment& experiment) {
  std::int64_t looks = 1'000'000;
  for (NodeId i = 0; i < experiment.topology.facts.nodes; ++i) {
    Seconds now{0};
    for (std::uint64_t step = 0; now <= time; ++step) {
      if (static_cast<double>(step) >= steps || --looks == 0) return true;
      now += experiment.step_times->duration(i, step, now);
    }
  }
  return false;
}

/// An integer setting, or a period; none for a law that chooses periods.
std::optional<double> constant_steps(const Value& value) {
  if (const auto* const steps = std::get_if<std::int64_t>(&value)) return static_cast<double>(*steps);
  const auto* const part = std::get_if<PartValue>(&value);
  if (!part || !*part || !(*part)->type->number || (*part)->kind != (*part)->type->number->kind) return std::nullopt;
  return constant_steps((*part)->values.at((*part)->type->number->setting.name));
}

/// The settings that decide how often nodes average: "averaging_period", "global_period · local_steps".
std::string period_text(const Choice<AlgorithmEntry>& algorithm) {
  std::string text;
  for (const std::string& name : algorithm.entry->steps_per_averaging)
    if (algorithm.values.contains(name)) text += (text.empty() ? "" : " · ") + name;
  return text;
}

double steps_per_averaging(const Choice<AlgorithmEntry>& algorithm) {
  double product = 1;
  for (const std::string& name : algorithm.entry->steps_per_averaging)
    if (const auto value = algorithm.values.find(name); value != algorithm.values.end())
      product *= constant_steps(value->second).value_or(1);
  return product;
}

std::optional<std::string> of_equal_models(const Choice<AlgorithmEntry>& algorithm, const Experiment& experiment) {
  if (algorithm.entry->learns || !experiment.problem || !experiment.initial_params.shared()) return std::nullopt;
  return fmt::format("/model/initial: all nodes start from the same model, so {} has nothing to average",
                     algorithm.entry->name);
}

std::optional<std::string> of_exact_gradients(const Choice<AlgorithmEntry>& algorithm, const Experiment& experiment) {
  const AlgorithmEntry& entry = *algorithm.entry;
  if (!entry.learns || !entry.stochastic || !experiment.problem || experiment.problem->added_noise() != 0.0)
    return std::nullopt;
  return fmt::format("/model/noise: every gradient is exact, so this run shows nothing of how {} deals with noise",
                     entry.name);
}

std::optional<std::string> of_no_averaging(const Choice<AlgorithmEntry>& algorithm, const Experiment& experiment) {
  const double period = steps_per_averaging(algorithm);
  if (period <= 1) return std::nullopt;
  const std::string often = fmt::format("/algorithm: {} is {:g} node-steps", period_text(algorithm), period);
  if (const double most = most_node_steps(experiment); most < period)
    return fmt::format("{}, and the run ends at {:g}", often, most);
  const auto time = experiment.limits.virtual_time;
  if (time && !some_node_makes(period, *time, experiment))
    return fmt::format("{}, and no node makes as many before the run ends", often);
  return std::nullopt;
}

/// The number of records due after time zero until the end of the run, by its limits; none if they do not determine it.
std::optional<double> records_due(const Experiment& experiment) {
  const RecordSettings& record = experiment.record;
  const double most = most_node_steps(experiment);
  // The text of an interval may be a hundredth of that of the limit, and its double a little more.
  constexpr double rounding = 1e-9;
  if (record.every && experiment.limits.virtual_time)
    return std::floor(*experiment.limits.virtual_time / *record.every + rounding);
  if (record.every_node_steps && std::isfinite(most)) return std::floor(most / *record.every_node_steps + rounding);
  return std::nullopt;
}

std::optional<std::string> of_few_records(const Experiment& experiment) {
  const auto due = records_due(experiment);
  if (!due || !experiment.problem) return std::nullopt;
  const std::string count = *due == 0   ? "no record is"
                            : *due == 1 ? "only one record is"
                                        : fmt::format("only {:g} records are", *due);
  const StopTargets& targets = experiment.targets;
  if (targets.any_of_models() && targets.judge == Judge::records && *due < fewest_records_to_target)
    return fmt::format("/record: targets are seen in records, and {} due before the run ends", count);
  if (*due < fewest_records) return fmt::format("/record: {} due before the run ends, which is no curve", count);
  return std::nullopt;
}

}  // namespace

std::vector<std::string> warnings_about(const Choice<AlgorithmEntry>& algorithm, const Experiment& experiment) {
  std::vector<std::string> result;
  for (auto& warning : {of_equal_models(algorithm, experiment), of_exact_gradients(algorithm, experiment),
                        of_no_averaging(algorithm, experiment), of_few_records(experiment)})
    if (warning) result.push_back(*warning);
  for (const std::string& note : experiment.topology.notes) result.push_back("/topology: " + note);
  return result;
}

}  // namespace gossamer
