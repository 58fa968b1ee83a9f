#include "experiments/sweep/axis.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "experiments/configuration/complaint.hpp"
#include "experiments/configuration/configuration.hpp"
#include "experiments/sweep/ranges.hpp"
#include "experiments/sweep/sweep_keys.hpp"

namespace gossamer {
namespace {

constexpr auto values_example = R"(a list such as [1, 2, 4], a range such as "1..64:x2", or {"label": value, …})";

AxisPoint point(const Json& value, const std::string& label, const std::string& pointer) {
  AxisPoint result{.label = label, .changes = {}};
  if (!pointer.empty()) result.changes.push_back({pointer, compact(value)});
  return result;
}

/// The points of "values": a list, a range, or an object with a value for each label.
std::vector<AxisPoint> points_of_values(const Json& values, const Place& place, const std::string& pointer) {
  std::vector<AxisPoint> points;
  if (values.is_string()) {
    for (const std::string& json : values_of_range(values.get<std::string>(), place))
      points.push_back(point(parse_json(json, place.file), json, pointer));
  } else if (values.is_object()) {
    for (const auto& [label, value] : values.items()) points.push_back(point(value, quoted_json(label), pointer));
  } else if (values.is_array()) {
    for (std::size_t k = 0; k < values.size(); ++k) {
      const std::string label = usual_label(values[k]);
      if (label.empty())
        refuse(place.at(std::to_string(k)), fmt::format("{} has no label", shown(values[k])),
               "a number, a text, a block with a kind, or {\"label\": value, …} in place of the list");
      points.push_back(point(values[k], label, pointer));
    }
  } else {
    refuse(place, fmt::format("{} is no list of values", shown(values)), values_example);
  }
  return points;
}

/// The points of "settings": for each label, an object with keys and their values.
std::vector<AxisPoint> points_of_settings(const Json& settings, const Place& place) {
  constexpr auto example = R"({"label": {"/algorithm": {…}, "/network/latency": "1 ms"}, …})";
  if (!settings.is_object()) refuse(place, fmt::format("{} has no labels", shown(settings)), example);
  std::vector<AxisPoint> points;
  for (const auto& [label, changes] : settings.items()) {
    const Place at = place.at(label);
    if (!changes.is_object()) refuse(at, fmt::format("{} has no keys", shown(changes)), example);
    AxisPoint one{.label = quoted_json(label), .changes = {}};
    for (const auto& [pointer, value] : changes.items()) {
      if (!pointer.starts_with('/')) refuse(at.at(pointer), "is not a path to a key", "a path such as \"/algorithm\"");
      one.changes.push_back({pointer, compact(value)});
    }
    points.push_back(std::move(one));
  }
  return points;
}

void check_points(const std::vector<AxisPoint>& points, const Place& place) {
  if (points.empty()) refuse(place, "there are no values", values_example);
  std::set<std::string> seen;
  for (const AxisPoint& one : points)
    if (!seen.insert(one.text()).second)
      refuse(place, fmt::format("two values have the label \"{}\"", one.text()),
             "labels that differ, such as {\"small\": {\"kind\": …}, \"large\": {\"kind\": …}}");
}

Axis read_one_axis(BlockReader& block, const Vocabulary& words) {
  if (block.block("zip"))
    refuse(block.place().at("zip"), "these axes are zipped already", "all axes that advance together in one list");
  block.expect(sweep_keys_of("/axes"));
  block.refuse_unknown();
  const auto text = [](const char* key) { return Setting{.name = key, .type = Setting::Type::text}; };
  Axis axis{.name = "", .pointer = "", .points = {}, .group = 0, .place = block.place()};
  if (const Value key = block.setting(text("key")); std::holds_alternative<std::string>(key)) {
    const auto& word = std::get<std::string>(key);
    axis.pointer = pointer_of_key(word, block.place().at("key"), words);
    if (axis.pointer.empty())
      refuse(block.place().at("key"), {.found = fmt::format("\"{}\" is not a key of an experiment file", word),
                                       .expected = "a path such as /algorithm/local_steps, or the name of a key",
                                       .advice = words.advice_on_key(word, "", "")});
    axis.name = last_key(axis.pointer);
  }
  if (const Value name = block.setting(text("name")); std::holds_alternative<std::string>(name))
    axis.name = std::get<std::string>(name);
  const Json *const values = block.block("values"), *const settings = block.block("settings");
  if (!values == !settings)
    refuse(block.place(), values ? "\"values\" and \"settings\" are both given" : "has no values",
           "either \"values\", of one key, or \"settings\", of several");
  if (settings && !axis.pointer.empty())
    refuse(block.place().at("key"), "has no effect beside \"settings\", which name their keys", "no such key");
  if (axis.name.empty()) refuse(block.place(), "has neither a key nor a name", R"("name": "n")");
  const Place place = block.place().at(values ? "values" : "settings");
  axis.points = values ? points_of_values(*values, place, axis.pointer) : points_of_settings(*settings, place);
  check_points(axis.points, place);
  return axis;
}

void read_zip(const Json& list, const Place& place, BlockReader& block, const Vocabulary& words,
              std::vector<Axis>& axes) {
  const int group = static_cast<int>(axes.size());
  const std::size_t first = axes.size();
  block.read_list(list, place, "zip", R"(a list of axes such as [{"key": …, "values": …}, …])", [&](BlockReader& one) {
    axes.push_back(read_one_axis(one, words));
    axes.back().group = group;
  });
  if (axes.size() == first) refuse(place, "there are no axes", "axes with equally many values");
  for (std::size_t k = first + 1; k < axes.size(); ++k)
    if (axes[k].points.size() != axes[first].points.size())
      refuse(place,
             fmt::format("\"{}\" has {} values and \"{}\" {}", axes[first].name, axes[first].points.size(),
                         axes[k].name, axes[k].points.size()),
             "axes with equally many values");
}

}  // namespace

std::string AxisPoint::text() const { return text_of_label(label); }

std::string text_of_label(const std::string& json) {
  const Json value = parse_json(json, "");
  return value.is_string() ? value.get<std::string>() : json;
}

std::string last_key(const std::string& pointer) { return pointer.substr(pointer.rfind('/') + 1); }

std::string usual_label(const Json& value) {
  if (value.is_object()) {
    const Json* const kind = find_key(value, "kind");
    return kind && kind->is_string() ? compact(*kind) : "";
  }
  return value.is_array() ? quoted_json(compact(value)) : value.is_null() ? "" : compact(value);
}

std::string pointer_of_key(const std::string& word, const Place& place, const Vocabulary& words) {
  if (word.starts_with('/')) return word;
  const auto& blocks = names_of_blocks();
  if (std::find(blocks.begin(), blocks.end(), word) != blocks.end()) return "/" + word;
  const auto depth = [](const std::string& pointer) { return std::count(pointer.begin(), pointer.end(), '/'); };
  std::set<std::string> all;
  for (const KeyPlace& found : words.places_of(word)) all.insert(found.block + "/" + word);
  const auto highest =
      std::min_element(all.begin(), all.end(), [&depth](const auto& a, const auto& b) { return depth(a) < depth(b); });
  std::set<std::string> pointers;  // a key of a block is meant before those of blocks within it
  for (const std::string& pointer : all)
    if (depth(pointer) == depth(*highest)) pointers.insert(pointer);
  if (pointers.size() > 1)
    refuse(place, fmt::format("\"{}\" is a key of several blocks", word),
           fmt::format("one of: {}", fmt::join(pointers, ", ")));
  return pointers.empty() ? "" : *pointers.begin();
}

void read_axis(BlockReader& block, const Vocabulary& words, std::vector<Axis>& axes) {
  if (const Json* const zipped = block.block("zip")) {
    read_zip(*zipped, block.place().at("zip"), block, words, axes);
    return;
  }
  const int group = static_cast<int>(axes.size());
  axes.push_back(read_one_axis(block, words));
  axes.back().group = group;
}

}  // namespace gossamer
