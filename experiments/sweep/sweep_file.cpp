#include "experiments/sweep/sweep_file.hpp"

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "experiments/configuration/block_reader.hpp"
#include "experiments/configuration/complaint.hpp"
#include "experiments/configuration/data_files.hpp"
#include "experiments/configuration/nearest_name.hpp"
#include "experiments/configuration/source_file.hpp"
#include "experiments/sweep/derived.hpp"
#include "experiments/sweep/measures.hpp"
#include "experiments/sweep/over_option.hpp"
#include "experiments/sweep/sweep_keys.hpp"

namespace gossamer {
namespace {

constexpr auto base_example = "the path of an experiment file, or an experiment";

/// The keys of "set" and "derive": paths to keys of the experiment.
template <class Add>
void read_paths(BlockReader& root, const char* block, const char* example, Add&& add) {
  const Json* const given = root.block(block);
  if (!given) return;
  const Place place = root.place().at(block);
  if (!given->is_object()) refuse(place, fmt::format("{} is not an object", shown(*given)), example);
  for (const auto& [pointer, value] : given->items()) {
    if (!pointer.starts_with('/') || pointer.size() < 2)
      refuse(place.at(pointer), "is not a path to a key", "a path such as /algorithm/step_size",
             pointer.starts_with('/') ? std::nullopt : std::optional{"/" + pointer});
    add(pointer, value, place.at(pointer));
  }
}

void read_base(BlockReader& root, Sweep& sweep) {
  const Json& given = root.required_block("base", base_example);
  const Place place = root.place().at("base");
  if (given.is_object()) {
    sweep.base = compact(given);
    sweep.base_name = sweep.name;
  } else if (given.is_string()) {
    const std::filesystem::path file = find_data(given.get<std::string>(), place);
    std::error_code unknown;
    const std::filesystem::path nearby = std::filesystem::relative(file, unknown);
    sweep.base_name = unknown || nearby.empty() || nearby.begin()->string() == ".." ? file.string() : nearby.string();
    sweep.base = compact(read_source_file(file));
  } else {
    refuse(place, fmt::format("{} is no experiment", shown(given)), base_example);
  }
}

void read_derived(BlockReader& root, std::vector<DerivedKey>& derived) {
  constexpr auto example = "an object such as {\"/topology/rows\": \"sqrt(n)\"}";
  read_paths(root, "derive", example, [&](const std::string& pointer, const Json& value, const Place& place) {
    if (!value.is_string()) refuse(place, fmt::format("{} is not an expression", shown(value)), "\"sqrt(n)\"");
    derived.push_back({pointer, value.get<std::string>(), place});
  });
}

/// The labels in an object with the names of axes as keys: one label or a list of them for each.
std::map<std::string, std::vector<Json>> read_labels(const Json& json, const Place& place) {
  if (!json.is_object())
    refuse(place, fmt::format("{} names no axes", shown(json)), R"(an object such as {"topology": "ring"})");
  std::map<std::string, std::vector<Json>> labels;
  for (const auto& [name, value] : json.items())
    labels[name] = value.is_array() ? std::vector<Json>(value.begin(), value.end()) : std::vector<Json>{value};
  return labels;
}

const Axis& axis_named(const std::vector<Axis>& axes, const std::string& name, const Place& place) {
  std::vector<std::string> names;
  for (const Axis& axis : axes) {
    if (axis.name == name) return axis;
    names.push_back(axis.name);
  }
  refuse(place, fmt::format("there is no axis \"{}\"", name), fmt::format("one of: {}", fmt::join(names, ", ")),
         nearest_name(name, names));
}

/// The point of an axis with this label.
const AxisPoint& point_labelled(const Axis& axis, const Json& label, const Place& place) {
  const std::string text = label.is_string() ? label.get<std::string>() : compact(label);
  std::vector<std::string> labels;
  for (const AxisPoint& point : axis.points) {
    if (point.text() == text) return point;
    labels.push_back(point.text());
  }
  refuse(place, fmt::format("\"{}\" is no label of \"{}\"", text, axis.name),
         fmt::format("one of: {}", fmt::join(labels, ", ")),
         text.size() > 2 ? nearest_name(text, labels) : std::nullopt);
}

void read_excluded(BlockReader& root, Sweep& sweep) {
  const Json* const given = root.block("exclude");
  if (!given) return;
  const Place place = root.place().at("exclude");
  constexpr auto example = R"(a list such as [{"topology": "torus", "local_steps": [32, 64]}])";
  if (!given->is_array()) refuse(place, fmt::format("{} is not a list", shown(*given)), example);
  for (std::size_t k = 0; k < given->size(); ++k) {
    const Place at = place.at(std::to_string(k));
    LabelFilter filter;
    for (const auto& [name, labels] : read_labels((*given)[k], at)) {
      const Axis& axis = axis_named(sweep.axes, name, at);
      for (const Json& label : labels) filter[name].push_back(point_labelled(axis, label, at.at(name)).text());
    }
    if (filter.empty()) refuse(at, "excludes everything", example);
    sweep.excluded.push_back(std::move(filter));
  }
}

void read_baseline(const Json& given, const Place& place, Sweep& sweep) {
  for (const auto& [name, labels] : read_labels(given, place)) {
    if (labels.size() != 1) refuse(place.at(name), "has several labels", "one label");
    sweep.baseline[name] = point_labelled(axis_named(sweep.axes, name, place), labels.front(), place.at(name)).label;
  }
}

void read_seeds(const Json& given, const Place& place, std::vector<std::int64_t>& seeds) {
  constexpr auto example = "a number of seeds from 1 to 100000, or a list of seeds such as [1, 2, 3]";
  const auto is_natural = [](const Json& json) { return json.is_number_integer() && json.get<std::int64_t>() >= 0; };
  if (is_natural(given) && given > 0 && given <= 100'000) {
    seeds.resize(given.get<std::size_t>());
    std::iota(seeds.begin(), seeds.end(), 1);
    return;
  }
  if (!given.is_array() || given.empty()) refuse(place, fmt::format("{} are no seeds", shown(given)), example);
  for (std::size_t k = 0; k < given.size(); ++k) {
    const Place at = place.at(std::to_string(k));
    if (!is_natural(given[k])) refuse(at, fmt::format("{} is no seed", shown(given[k])), "an integer of at least 0");
    const auto seed = given[k].get<std::int64_t>();
    if (std::find(seeds.begin(), seeds.end(), seed) != seeds.end()) refuse(at, fmt::format("{} is there twice", seed));
    seeds.push_back(seed);
  }
}

void read_targets(const Json& given, const Place& place, std::vector<SweepTarget>& targets) {
  constexpr auto example = R"(an object such as {"train_loss": 0.5, "test_accuracy": [0.8, 0.9]})";
  if (!given.is_object()) refuse(place, fmt::format("{} has no targets", shown(given)), example);
  const std::vector<std::string> names = names_of_measures();
  for (const auto& [quantity, value] : given.items()) {
    if (std::find(names.begin(), names.end(), quantity) == names.end())
      refuse(place.at(quantity), fmt::format("\"{}\" is no measure of models", quantity),
             fmt::format("one of: {}", fmt::join(names, ", ")), nearest_name(quantity, names));
    for (const Json& one :
         value.is_array() ? std::vector<Json>(value.begin(), value.end()) : std::vector<Json>{value}) {
      if (!one.is_number()) refuse(place.at(quantity), fmt::format("{} is not a number", shown(one)), example);
      targets.push_back({quantity, one.get<double>()});
    }
  }
}

void read_window(BlockReader& root, std::array<double, 2>& window) {
  const Json* const given = root.block("window");
  if (!given) return;
  const bool fits = given->is_array() && given->size() == 2 && (*given)[0].is_number() && (*given)[1].is_number();
  if (fits) window = {(*given)[0].get<double>(), (*given)[1].get<double>()};
  if (!fits || window[0] < 0 || window[1] > 1 || window[0] >= window[1])
    refuse(root.place().at("window"), fmt::format("{} is no part of a run", shown(*given)),
           "two shares of its virtual time, such as [0.5, 1]");
}

/// Adds the options' axes. An axis that the file has already is replaced.
void add_axes(const std::vector<Axis>& added, std::vector<Axis>& axes) {
  int group = 0;
  for (const Axis& axis : axes) group = std::max(group, axis.group + 1);
  for (Axis axis : added) {
    axis.group = group++;
    const auto same = std::find_if(axes.begin(), axes.end(), [&](const Axis& one) { return one.name == axis.name; });
    if (same != axes.end())
      *same = std::move(axis);
    else
      axes.push_back(std::move(axis));
  }
}

/// Refuses two axes of one name, and an axis that changes nothing and that no expression uses.
void check_axes(const Sweep& sweep, const Vocabulary& words) {
  std::set<std::string> names, used;
  for (const DerivedKey& key : sweep.derived)
    for (std::string& name : names_in_template(key)) used.insert(std::move(name));
  for (const Axis& axis : sweep.axes) {
    if (!names.insert(axis.name).second)
      refuse(axis.place, fmt::format("another axis has the name \"{}\"", axis.name), R"(a "name" of its own)");
    const bool changes = std::any_of(axis.points.begin(), axis.points.end(),
                                     [](const AxisPoint& point) { return !point.changes.empty(); });
    if (changes || used.contains(axis.name)) continue;
    refuse(axis.place,
           {.found = fmt::format("\"{}\" is neither a key of an experiment file nor used by a derived key", axis.name),
            .expected = "a path such as /algorithm/local_steps, or the name of a key",
            .nearest = nearest_name(axis.name, words.names()),
            .advice = words.advice_on_key(axis.name, "", "")});
  }
}

void read_parts(BlockReader& root, const Vocabulary& words, Sweep& sweep) {
  read_paths(root, "set", R"(an object such as {"/stop/virtual_time": "5 s"})",
             [&](const std::string& pointer, const Json& value, const Place&) {
               sweep.changes.push_back({pointer, compact(value)});
             });
  if (const Json* const axes = root.block("axes"))
    root.read_list(*axes, root.place().at("axes"), "axes",
                   R"(a list of axes such as [{"key": "/algorithm/local_steps", "values": [1, 2, 4]}])",
                   [&](BlockReader& axis) { read_axis(axis, words, sweep.axes); });
  read_derived(root, sweep.derived);
}

/// Reads what refers to axes, after the options have added theirs.
void read_references(BlockReader& root, const SweepOptions& options, const Vocabulary& words, Sweep& sweep) {
  read_excluded(root, sweep);
  const auto read = [&](const char* key, const std::optional<PlacedJson>& option, auto&& read_block) {
    if (option)
      read_block(*option->json, option->place);
    else if (const Json* const given = root.block(key))
      read_block(*given, root.place().at(key));
  };
  read("baseline", json_of_baseline(options.baseline),
       [&](const Json& json, const Place& place) { read_baseline(json, place, sweep); });
  read("seeds", json_of_seeds(options.seeds),
       [&](const Json& json, const Place& place) { read_seeds(json, place, sweep.seeds); });
  read("targets", json_of_targets(options.targets),
       [&](const Json& json, const Place& place) { read_targets(json, place, sweep.targets); });
  read_window(root, sweep.window);
  if (const Json* const given = root.block("tune")) {
    BlockReader block = root.inner(given, "tune");
    sweep.tuning = read_tuning(block, words);
  }
}

/// The file's content as a sweep: an experiment is the base of a sweep without axes.
Json sweep_in(const SweepOptions& options, Sweep& sweep) {
  Json source = read_source_file(options.file);
  if (source.contains("base") || source.contains("axes")) return source;
  sweep.base_name = sweep.name;
  sweep.base = compact(source);
  return Json::object();
}

}  // namespace

Sweep read_sweep(const SweepOptions& options, const Catalogue& catalogue) {
  Sweep sweep;
  sweep.name = options.file.string();
  const Vocabulary words{catalogue};
  const Json source = sweep_in(options, sweep);
  BlockReader root{&source, {sweep.name, ""}, catalogue};
  root.expect(sweep_keys_of(""));
  root.refuse_unknown();
  if (sweep.base.empty()) read_base(root, sweep);
  const Value title = root.setting({.name = "title", .type = Setting::Type::text});
  if (const auto* const text = std::get_if<std::string>(&title)) sweep.title = *text;
  read_parts(root, words, sweep);
  for (const std::string& text : options.set) sweep.changes.push_back(change_of_set(text));
  for (const std::string& text : options.derive) sweep.derived.push_back(derived_key(text, words));
  add_axes(axes_of_options(options.over, words, catalogue), sweep.axes);
  check_axes(sweep, words);
  read_references(root, options, words, sweep);
  return sweep;
}

}  // namespace gossamer
