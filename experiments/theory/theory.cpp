#include "experiments/theory/theory.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "experiments/theory/compressor_theory.hpp"
#include "experiments/theory/graph_theory.hpp"
#include "experiments/theory/problem_theory.hpp"

namespace gossamer {
namespace {

std::string value_with_error(const TheoryConstant& constant) {
  if (constant.standard_error == 0) return fmt::format("{:.9g}", constant.value);
  return fmt::format("{:.6g} +- {:.2g}", constant.value, constant.standard_error);
}

}  // namespace

void Theory::add(const std::string& key, const TheoryConstant& constant) {
  if (std::isfinite(constant.value) && std::isfinite(constant.standard_error))
    constants.emplace_back(key, constant);
  else
    leave_out(key, "its value is not finite");
}

void Theory::add(const std::string& key, const Finding<double>& finding) {
  if (finding.value)
    add(key, TheoryConstant{.value = *finding.value, .source = finding.source});
  else
    leave_out(key, finding.source);
}

Theory theory_of(const Experiment& experiment) {
  Theory theory;
  add_problem(experiment, theory);
  add_graph(experiment.topology, theory);
  add_compressor(experiment, theory);
  return theory;
}

Json json_of(const Theory& theory) {
  Json constants = Json::object(), absent = Json::object(), nodes = Json::object();
  for (const auto& [key, constant] : theory.constants)
    constants[key] = {
        {"value", constant.value}, {"standard_error", constant.standard_error}, {"source", constant.source}};
  for (const auto& [key, reason] : theory.absent) absent[key] = reason;
  for (const auto& [key, values] : theory.nodes) nodes[key] = values;
  Json result{{"constants", std::move(constants)}};
  if (!absent.empty()) result["absent"] = std::move(absent);
  if (!theory.optimum.empty()) result["optimum"] = theory.optimum;
  if (!nodes.empty()) result["nodes"] = std::move(nodes);
  if (!theory.spectrum.empty()) result["spectrum"] = theory.spectrum;
  return result;
}

std::string theory_json(const Experiment& experiment) { return compact(json_of(theory_of(experiment))); }

std::string theory_table(const Theory& theory) {
  constexpr std::size_t name_width = 28;  // as in the other tables of `gossamer check`
  std::size_t value_width = 0;
  for (const auto& entry : theory.constants) value_width = std::max(value_width, value_with_error(entry.second).size());
  std::string table;
  for (const auto& [key, constant] : theory.constants)
    table +=
        fmt::format("  {:<{}}{:<{}}  {}\n", key, name_width, value_with_error(constant), value_width, constant.source);
  for (const auto& [key, reason] : theory.absent)
    table += fmt::format("  {:<{}}{:<{}}  {}\n", key, name_width, "-", value_width, reason);
  return table;
}

}  // namespace gossamer
