#include "experiments/sweep/cells.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "experiments/configuration/complaint.hpp"
#include "experiments/configuration/configuration.hpp"
#include "experiments/configuration/experiment_error.hpp"
#include "experiments/configuration/machine_file.hpp"
#include "experiments/configuration/overrides.hpp"
#include "experiments/sweep/derived.hpp"

namespace gossamer {
namespace {

/// Whole blocks come before the keys within them.
void sort_changes(std::vector<KeyChange>& changes) {
  const auto depth = [](const KeyChange& change) {
    return std::count(change.pointer.begin(), change.pointer.end(), '/');
  };
  std::stable_sort(changes.begin(), changes.end(),
                   [&](const KeyChange& a, const KeyChange& b) { return depth(a) < depth(b); });
}

/// The number of nodes of the base, which is built once if a cell needs it.
class BaseNodes {
 public:
  BaseNodes(const Sweep& sweep, const Catalogue& catalogue) : sweep_{sweep}, catalogue_{catalogue} {}

  /// None if the base alone is no experiment.
  std::optional<NodeId> count() {
    if (!known_) count_ = build();
    known_ = true;
    return count_;
  }

 private:
  std::optional<NodeId> build() const {
    try {
      const Json source = experiment_of(sweep_, {}, catalogue_);
      const Configuration base = read_configuration(source, sweep_.base_name, catalogue_);
      return base.topology.build(base.seeds.of(&Seeds::topology)).facts.nodes;
    } catch (const InputError&) {
      return std::nullopt;
    }
  }

  const Sweep& sweep_;
  const Catalogue& catalogue_;
  bool known_ = false;
  std::optional<NodeId> count_;
};

/// Whether a topology's block lacks a number of nodes that its kind has to have.
bool lacks_nodes(const Json& block, const Catalogue& catalogue) {
  if (!block.is_object() || block.contains("nodes")) return false;
  const Json* const kind = find_key(block, "kind");
  for (const TopologyEntry& entry : catalogue.topologies())
    if (kind && *kind == entry.name)
      return std::any_of(entry.settings.begin(), entry.settings.end(),
                         [](const Setting& setting) { return setting.name == "nodes" && setting.required; });
  return false;
}

KeyChange with_nodes(const KeyChange& change, BaseNodes& nodes, const Catalogue& catalogue) {
  if (change.pointer != "/topology") return change;
  Json block = parse_json(change.json, "");
  if (block.is_string()) block = Json::object({{"kind", block}});
  if (!lacks_nodes(block, catalogue)) return change;
  const auto count = nodes.count();
  if (!count) return change;
  block["nodes"] = *count;
  return {change.pointer, compact(block)};
}

bool is_excluded(const Sweep& sweep, const CellPoints& points) {
  return std::any_of(sweep.excluded.begin(), sweep.excluded.end(), [&](const LabelFilter& filter) {
    return std::all_of(filter.begin(), filter.end(), [&](const auto& of_axis) {
      for (std::size_t k = 0; k < sweep.axes.size(); ++k)
        if (sweep.axes[k].name == of_axis.first)
          return std::find(of_axis.second.begin(), of_axis.second.end(), points[k]->text()) != of_axis.second.end();
      return false;
    });
  });
}

/// All combinations of points; zipped axes advance together.
std::vector<std::vector<std::size_t>> combinations(const std::vector<Axis>& axes) {
  std::vector<std::vector<std::size_t>> result{{}};
  for (std::size_t axis = 0; axis < axes.size(); ++axis) {
    std::size_t leader = 0;  // the first axis of the group
    while (axes[leader].group != axes[axis].group) ++leader;
    std::vector<std::vector<std::size_t>> longer;
    for (const auto& one : result) {
      const bool follows = leader < axis;
      const std::size_t first = follows ? one[leader] : 0;
      const std::size_t end = follows ? one[leader] + 1 : axes[axis].points.size();
      for (std::size_t point = first; point < end; ++point) {
        longer.push_back(one);
        longer.back().push_back(point);
      }
    }
    result = std::move(longer);
  }
  return result;
}

void add_derived(const Sweep& sweep, const CellPoints& points, const Catalogue& catalogue, Cell& cell) {
  std::vector<KeyChange> derived;
  for (const DerivedKey& key : sweep.derived) {
    Json configuration = experiment_of(sweep, cell.changes, catalogue);
    for (const KeyChange& change : derived)
      set_key(configuration, change.pointer, parse_json(change.json, ""), key.place, catalogue);
    derived.push_back({key.pointer, compact(derived_value(key, sweep.axes, points, derived, configuration))});
  }
  cell.changes.insert(cell.changes.end(), derived.begin(), derived.end());
}

}  // namespace

std::string Cell::text(const Sweep& sweep) const {
  std::string text;
  for (std::size_t k = 0; k < points.size(); ++k)
    text += fmt::format("{}{}={}", k > 0 ? ", " : "", sweep.axes[k].name, sweep.axes[k].points[points[k]].text());
  return text;
}

std::vector<Cell> cells_of(const Sweep& sweep, const Catalogue& catalogue) {
  BaseNodes nodes{sweep, catalogue};
  std::vector<Cell> cells;
  for (std::vector<std::size_t>& chosen : combinations(sweep.axes)) {
    CellPoints points;
    for (std::size_t k = 0; k < chosen.size(); ++k) points.push_back(&sweep.axes[k].points[chosen[k]]);
    if (is_excluded(sweep, points)) continue;
    Cell cell{.points = std::move(chosen), .changes = {}};
    for (const AxisPoint* const point : points)
      for (const KeyChange& change : point->changes) cell.changes.push_back(with_nodes(change, nodes, catalogue));
    sort_changes(cell.changes);
    add_derived(sweep, points, catalogue, cell);
    cells.push_back(std::move(cell));
  }
  if (cells.empty()) refuse({sweep.name, "/exclude"}, "leaves no cell");
  return cells;
}

Json experiment_of(const Sweep& sweep, const std::vector<KeyChange>& changes, const Catalogue& catalogue) {
  std::vector<KeyChange> all = sweep.changes;
  all.insert(all.end(), changes.begin(), changes.end());
  sort_changes(all);
  Json source = parse_json(sweep.base, sweep.base_name);
  const auto apply = [&](const KeyChange& change) {
    set_key(source, change.pointer, parse_json(change.json, ""), {fmt::format("the change of {}", change.pointer), ""},
            catalogue);
  };
  // An axis may change a single key of a block that comes from the machine file.
  const auto is_machine = [](const KeyChange& change) { return change.pointer == "/machine"; };
  for (const KeyChange& change : all)
    if (is_machine(change)) apply(change);
  include_machine(source, sweep.base_name, catalogue);
  for (const KeyChange& change : all)
    if (!is_machine(change)) apply(change);
  return source;
}

}  // namespace gossamer
