#pragma once
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "experiments/configuration/experiment_error.hpp"
#include "experiments/configuration/json.hpp"
#include "experiments/sweep/plan.hpp"
#include "experiments/sweep/sweep_file.hpp"
#include "tests/experiments/run/runs.hpp"
#include "tests/experiments/standard.hpp"
#include "tests/temporary_folder.hpp"

/// Sweeps of small experiments.
namespace gossamer::testing {

/// `small_experiment`, with keys in order.
inline gossamer::Json base_experiment() { return gossamer::Json::parse(small_experiment().dump()); }

/// The plan of a sweep file whose base is `base_experiment`, with options.
inline SweepPlan plan_with(const TemporaryFolder& folder, gossamer::Json sweep, SweepOptions options = {}) {
  if (!sweep.contains("base")) sweep["base"] = base_experiment();
  options.file = folder.write("s.json", sweep.dump());
  return plan_of(read_sweep(options, standard()), standard());
}

inline std::vector<std::string> texts_of_cells(const SweepPlan& plan) {
  std::vector<std::string> texts;
  for (const Cell& cell : plan.cells) texts.push_back(cell.text(plan.sweep));
  return texts;
}

inline std::vector<std::string> cells_with(const gossamer::Json& sweep, const SweepOptions& options = {}) {
  const TemporaryFolder folder;
  return texts_of_cells(plan_with(folder, sweep, options));
}

/// The settings of all cells, as in sweep.json.
inline std::vector<gossamer::Json> settings_with(const gossamer::Json& sweep, const SweepOptions& options = {}) {
  const TemporaryFolder folder;
  const gossamer::Json plan = gossamer::Json::parse(json_of(plan_with(folder, sweep, options)));
  std::vector<gossamer::Json> settings;
  for (const gossamer::Json& cell : plan["cells"]) settings.push_back(cell["settings"]);
  return settings;
}

/// The message about a bad sweep, without its folder; empty if there is none.
inline std::string message_with(const gossamer::Json& sweep, const SweepOptions& options = {}) {
  const TemporaryFolder folder;
  std::string message = message_of<ExperimentError>([&] { plan_with(folder, sweep, options); });
  const std::string prefix = folder.path().string() + "/";
  for (std::size_t at = message.find(prefix); at != std::string::npos; at = message.find(prefix))
    message.erase(at, prefix.size());
  return message;
}

}  // namespace gossamer::testing
