#include "experiments/sweep/plan.hpp"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "experiments/configuration/configuration.hpp"
#include "experiments/configuration/experiment_error.hpp"
#include "experiments/configuration/json.hpp"
#include "experiments/trace/hash.hpp"

namespace gossamer {
namespace {

/// The hash of a configuration without what does not change the run.
std::string id_of(const Configuration& configuration) {
  Json resolved = parse_json(configuration.resolved, configuration.name);
  resolved.erase("title");
  resolved.erase("expect");
  Hash hash;
  for (const char c : compact(resolved)) hash.add(std::uint64_t{static_cast<unsigned char>(c)});
  return hash.text();
}

/// Sets the seed of all randomness; seeds of single purposes stay.
void set_seed(std::int64_t seed, Json& source) {
  Json& own = source["seed"];
  if (own.is_object())
    own["all"] = seed;
  else
    own = seed;
}

/// The experiment of a run with its own title.
Json source_of(const SweepPlan& plan, const PlannedRun& run, const Catalogue& catalogue) {
  const Sweep& sweep = plan.sweep;
  const Cell& cell = plan.cells[run.cell];
  std::vector<KeyChange> changes = cell.changes;
  changes.insert(changes.end(), run.changes.begin(), run.changes.end());
  Json source = experiment_of(sweep, changes, catalogue);
  // The search in a cell has seeds of its own even if the sweep has none.
  if (!sweep.seeds.empty() || !run.changes.empty()) set_seed(run.seed, source);
  const Json* const title = find_key(source, "title");
  std::string about = !sweep.title.empty() ? sweep.title : title && title->is_string() ? title->get<std::string>() : "";
  const std::string labels = cell.text(sweep);
  source["title"] = about.empty() || labels.empty() ? about + labels : fmt::format("{}: {}", about, labels);
  return source;
}

/// Returns the result of `read`. Its errors name the cell and, if it is about a key of the experiment, that key.
template <class Read>
auto naming_cell(const SweepPlan& plan, std::size_t cell, Read&& read) {
  try {
    return read();
  } catch (const ExperimentError& error) {
    if (plan.sweep.axes.empty()) throw;
    const bool about_key = error.place().file == plan.sweep.base_name && !error.place().pointer.empty();
    throw ExperimentError{fmt::format(
        "{}: cell {}: {}", plan.sweep.name, plan.cells[cell].text(plan.sweep),
        about_key ? fmt::format("{}: {}", error.place().pointer, error.complaint()) : std::string{error.what()})};
  }
}

/// The seed of an experiment's file.
std::int64_t own_seed(const Json& source) {
  const Json* seed = find_key(source, "seed");
  if (seed && seed->is_object()) seed = find_key(*seed, "all");
  return seed && seed->is_number() ? static_cast<std::int64_t>(seed->get<double>()) : 1;
}

std::vector<std::int64_t> seeds_of(const SweepPlan& plan, std::size_t cell, const Catalogue& catalogue) {
  if (!plan.sweep.seeds.empty()) return plan.sweep.seeds;
  return naming_cell(plan, cell, [&] {
    return std::vector{own_seed(experiment_of(plan.sweep, plan.cells[cell].changes, catalogue))};
  });
}

std::vector<PlannedRun> all_runs(const SweepPlan& plan, const Catalogue& catalogue) {
  std::vector<PlannedRun> runs;
  for (std::size_t cell = 0; cell < plan.cells.size(); ++cell) {
    for (const std::int64_t seed : seeds_of(plan, cell, catalogue)) {
      PlannedRun run{.cell = cell, .seed = seed, .id = ""};
      run.id = gossamer::id_of(plan, run, catalogue);
      runs.push_back(std::move(run));
    }
  }
  return runs;
}

Json targets_json(const std::vector<SweepTarget>& targets) {
  Json result = Json::array();
  for (const SweepTarget& target : targets) result.push_back({{"quantity", target.quantity}, {"value", target.value}});
  return result;
}

Json axes_json(const std::vector<Axis>& axes) {
  Json result = Json::array();
  for (const Axis& axis : axes) {
    Json labels = Json::array();
    for (const AxisPoint& point : axis.points) labels.push_back(parse_json(point.label, ""));
    Json one{{"name", axis.name}};
    if (!axis.pointer.empty()) one["path"] = axis.pointer;
    one["labels"] = std::move(labels);
    result.push_back(std::move(one));
  }
  return result;
}

Json cell_json(const Sweep& sweep, const Cell& cell) {
  Json labels = Json::object(), settings = Json::object();
  for (std::size_t k = 0; k < sweep.axes.size(); ++k)
    labels[sweep.axes[k].name] = parse_json(sweep.axes[k].points[cell.points[k]].label, "");
  for (const KeyChange& change : cell.changes) settings[change.pointer] = parse_json(change.json, "");
  Json result{{"labels", std::move(labels)}, {"settings", std::move(settings)}};
  if (const auto& tuned = cell.tuned)
    result["tuned"] = Json::array(
        {{{"path", tuned->pointer}, {"value", tuned->value}, {"edge", tuned->edge}, {"runs", tuned->runs}}});
  return result;
}

}  // namespace

std::string SweepPlan::text(const PlannedRun& run) const {
  const std::string labels = cells[run.cell].text(sweep);
  return fmt::format("{}{}seed {}", labels, labels.empty() ? "" : ", ", run.seed);
}

std::string id_of(const SweepPlan& plan, const PlannedRun& run, const Catalogue& catalogue) {
  return naming_cell(plan, run.cell, [&] {
    return id_of(read_configuration(source_of(plan, run, catalogue), plan.sweep.base_name, catalogue));
  });
}

SweepPlan plan_of(Sweep sweep, const Catalogue& catalogue) {
  SweepPlan plan{.sweep = std::move(sweep), .cells = {}, .runs = {}};
  plan.cells = cells_of(plan.sweep, catalogue);
  if (!plan.sweep.tuning) plan.runs = all_runs(plan, catalogue);
  return plan;
}

SweepPlan tuned_plan(SweepPlan plan, const std::vector<TunedValue>& tuned, const Catalogue& catalogue) {
  for (std::size_t cell = 0; cell < plan.cells.size(); ++cell) {
    plan.cells[cell].tuned = tuned[cell];
    plan.cells[cell].changes.push_back({tuned[cell].pointer, compact(Json(tuned[cell].value))});
  }
  plan.runs = all_runs(plan, catalogue);
  return plan;
}

std::vector<PlannedRun> first_runs(const SweepPlan& plan, const Catalogue& catalogue) {
  std::vector<PlannedRun> runs;
  for (std::size_t cell = 0; cell < plan.cells.size(); ++cell) {
    PlannedRun run{.cell = cell, .seed = seeds_of(plan, cell, catalogue).front(), .id = ""};
    if (const auto& tuning = plan.sweep.tuning) run.changes = {{tuning->pointer, compact(Json(tuning->range.from))}};
    run.id = id_of(plan, run, catalogue);
    runs.push_back(std::move(run));
  }
  return runs;
}

Experiment build_run(const SweepPlan& plan, const PlannedRun& run, const Catalogue& catalogue, DatasetCache& data) {
  return naming_cell(plan, run.cell, [&] {
    return build_experiment(source_of(plan, run, catalogue), plan.sweep.base_name, catalogue, &data);
  });
}

std::string json_of(const SweepPlan& plan) {
  const Sweep& sweep = plan.sweep;
  Json result{{"sweep", 1}, {"title", sweep.title}, {"program", "gossamer"}, {"version", GOSSAMER_VERSION}};
  if (sweep.title.empty()) result.erase("title");
  result["axes"] = axes_json(sweep.axes);
  std::vector<std::int64_t> seeds = sweep.seeds;
  if (seeds.empty() && !plan.runs.empty()) seeds = {plan.runs.front().seed};
  result["seeds"] = seeds;
  result["targets"] = targets_json(sweep.targets);
  for (const auto& [axis, label] : sweep.baseline) result["baseline"][axis] = parse_json(label, "");
  result["window"] = sweep.window;
  result["cells"] = Json::array();
  for (const Cell& cell : plan.cells) result["cells"].push_back(cell_json(sweep, cell));
  result["runs"] = Json::array();
  for (const PlannedRun& run : plan.runs)
    result["runs"].push_back({{"cell", run.cell}, {"seed", run.seed}, {"id", run.id}});
  return pretty(result) + "\n";
}

}  // namespace gossamer
