#include "experiments/sweep/over_option.hpp"

#include <algorithm>
#include <cctype>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "experiments/configuration/complaint.hpp"
#include "experiments/configuration/experiment_error.hpp"
#include "experiments/configuration/inline_block.hpp"
#include "experiments/configuration/overrides.hpp"
#include "experiments/sweep/ranges.hpp"
#include "experiments/sweep/sweep_file.hpp"

namespace gossamer {
namespace {

/// Both sides of the first "=".
std::pair<std::string, std::string> sides(const std::string& option, const std::string& text, const char* example) {
  const std::size_t equals = text.find('=');
  if (equals == text.npos || equals == 0)
    refuse({fmt::format("{} {}", option, shortened(text)), ""}, "has no value", example);
  return {text.substr(0, equals), text.substr(equals + 1)};
}

/// The parts between commas that are not within braces, brackets or quotes.
std::vector<std::string> split_at_commas(const std::string& text) {
  std::vector<std::string> parts(1);
  int depth = 0;
  bool quoted = false;
  for (std::size_t k = 0; k < text.size(); ++k) {
    const char c = text[k];
    if (c == '"' && (k == 0 || text[k - 1] != '\\')) quoted = !quoted;
    if (!quoted) depth += (c == '{' || c == '[') - (c == '}' || c == ']');
    if (c == ',' && depth == 0 && !quoted)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

bool is_json(const std::string& text) {
  return text.starts_with('{') || text.starts_with('[') || text.starts_with('"');
}

/// Whether a value is `kind:key=value…`.
bool is_block(const std::string& text) {
  const std::size_t colon = text.find(':');
  return !is_json(text) && colon != text.npos && colon > 0 && !is_range(text) &&
         std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(colon),
                     [](unsigned char c) { return std::isalnum(c) || c == '_'; });
}

/// The values of an option: a setting after a comma belongs to the block before it.
std::vector<std::string> values_in(const std::string& text) {
  std::vector<std::string> values;
  for (const std::string& part : split_at_commas(text)) {
    const bool is_setting = !is_json(part) && part.find('=') != part.npos && !is_block(part);
    if (is_setting && !values.empty() && is_block(values.back()))
      values.back() += "," + part;
    else
      values.push_back(part);
  }
  return values;
}

/// The values of one part: several if it is a range.
std::vector<Json> values_of_part(const std::string& part, const Place& place, const Catalogue& catalogue) {
  if (part.empty()) refuse(place, "a value is empty", "values with commas between them, such as 1,2,4");
  if (is_json(part)) return {parse_json(part, place.file)};
  if (is_block(part)) return {inline_block(part, "block", "torus:rows=8,columns=8", catalogue).at("block")};
  if (!is_range(part)) return {json_or_text(part)};
  std::vector<Json> values;
  for (const std::string& json : values_of_range(part, place)) values.push_back(parse_json(json, place.file));
  return values;
}

/// "values" of an axis: a list, or an object if values need a longer label than their kind.
Json values_json(const std::string& text, const Place& place, const Catalogue& catalogue) {
  Json list = Json::array(), object = Json::object();
  std::set<std::string> labels;
  bool differ = true;
  for (const std::string& part : values_in(text)) {
    const std::vector<Json> values = values_of_part(part, place, catalogue);
    for (const Json& value : values) {
      const std::string label = usual_label(value);
      differ = differ && !label.empty() && labels.insert(label).second;
      list.push_back(value);
      object[values.size() == 1 ? part : compact(value)] = value;
    }
  }
  return differ || object.size() < list.size() ? list : object;
}

/// An object of the sides of several options; a key that is there twice gets a list.
Json object_of(const std::string& option, const std::vector<std::string>& texts, const char* example) {
  Json object = Json::object();
  for (const std::string& text : texts) {
    const auto [key, value] = sides(option, text, example);
    Json& list = object[key];
    if (list.is_null()) list = Json::array();
    list.push_back(json_or_text(value));
  }
  return object;
}

PlacedJson placed(const std::string& option, Json json) {
  return {std::make_shared<const Json>(std::move(json)), {option, ""}};
}

}  // namespace

std::vector<Axis> axes_of_options(const std::vector<std::string>& over, const Vocabulary& words,
                                  const Catalogue& catalogue) {
  std::vector<Axis> axes;
  for (const std::string& text : over) {
    const auto [key, values] = sides("--over", text, "KEY=VALUES, such as /algorithm/local_steps=1,2,4");
    const Place place{"--over " + shortened(text), ""};
    const bool is_key = !pointer_of_key(key, place, words).empty();
    const Json json{{is_key ? "key" : "name", key}, {"values", values_json(values, place, catalogue)}};
    BlockReader block{&json, place, catalogue};
    read_axis(block, words, axes);
  }
  return axes;
}

KeyChange change_of_set(const std::string& text) {
  const auto [pointer, value] = sides("--set", text, "/path/to/key=value, such as /algorithm/step_size=0.1");
  return {pointer, compact(json_or_text(value))};
}

DerivedKey derived_key(const std::string& text, const Vocabulary& words) {
  const auto [key, expression] = sides("--derive", text, "KEY=EXPRESSION, such as /topology/rows=sqrt(n)");
  const Place place{"--derive " + shortened(text), ""};
  const std::string pointer = pointer_of_key(key, place, words);
  if (pointer.empty())
    refuse(place, {.found = fmt::format("\"{}\" is not a key of an experiment file", key),
                   .expected = "a path such as /topology/rows, or the name of a key",
                   .advice = words.advice_on_key(key, "", "")});
  return {pointer, expression, place};
}

std::optional<PlacedJson> json_of_seeds(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  const std::string option = "--seeds " + shortened(*text);
  if (text->find_first_not_of("0123456789") == text->npos) return placed(option, json_or_text(*text));
  Json list = Json::array();
  for (const std::string& part : split_at_commas(*text)) {
    if (!is_range(part)) {
      list.push_back(json_or_text(part));
      continue;
    }
    for (const std::string& json : values_of_range(part, {option, ""})) list.push_back(parse_json(json, option));
  }
  return placed(option, std::move(list));
}

std::optional<PlacedJson> json_of_targets(const std::vector<std::string>& texts) {
  if (texts.empty()) return std::nullopt;
  return placed("--target", object_of("--target", texts, "QUANTITY=VALUE, such as train_loss=0.5"));
}

std::optional<PlacedJson> json_of_baseline(const std::vector<std::string>& texts) {
  if (texts.empty()) return std::nullopt;
  return placed("--baseline", object_of("--baseline", texts, "AXIS=LABEL, such as topology=ring"));
}

}  // namespace gossamer
