#include "experiments/configuration/overrides.hpp"

#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "experiments/configuration/complaint.hpp"
#include "experiments/configuration/experiment_error.hpp"
#include "experiments/configuration/vocabulary.hpp"

namespace gossamer {
namespace {

/// One key of a JSON pointer, with ~1 and ~0 turned back into / and ~.
std::string unescaped(std::string_view key, const Place& place) {
  std::string result;
  for (std::size_t k = 0; k < key.size(); ++k) {
    if (key[k] != '~') {
      result += key[k];
      continue;
    }
    if (k + 1 == key.size() || (key[k + 1] != '0' && key[k + 1] != '1'))
      refuse(place, "~ must be followed by 0 or 1 in a JSON pointer", "\"~0\" for ~, \"~1\" for /");
    result += key[++k] == '0' ? '~' : '/';
  }
  return result;
}

std::vector<std::string> keys_of(std::string_view pointer, const Place& place, const Catalogue& catalogue) {
  if (pointer.size() < 2 || pointer.front() != '/') {
    const bool is_path = pointer.find('/') != pointer.npos;
    refuse(place, {.found = "not an override",
                   .expected = "/path/to/key=value, such as /algorithm/step_size=0.1",
                   .nearest = is_path ? std::optional{"/" + shortened(std::string{pointer})} : std::nullopt,
                   .advice = Vocabulary{catalogue}.advice_on_key(pointer, "", "")});
  }
  std::vector<std::string> keys;
  for (std::size_t start = 1; start <= pointer.size();) {
    const std::size_t end = std::min(pointer.find('/', start), pointer.size());
    keys.push_back(unescaped(pointer.substr(start, end - start), place));
    if (keys.back().empty()) refuse(place, "the path has an empty key", "a path such as /algorithm/step_size");
    start = end + 1;
  }
  return keys;
}

Json& element(Json& array, const std::string& key, const Place& place, const std::string& walked) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), index);
  if (error != std::errc{} || end != key.data() + key.size() || index >= array.size())
    refuse(place, fmt::format("{} has no element \"{}\"", walked, key),
           array.empty() ? "no path into an empty list" : fmt::format("a number from 0 to {}", array.size() - 1));
  return array[index];
}

Json& member(Json& json, const std::string& key, const Place& place, const std::string& walked) {
  if (json.is_null()) json = Json::object();
  if (json.is_string()) json = Json::object({{"kind", json}});
  if (walked == "/seed" && json.is_number()) json = Json::object({{"all", json}});
  if (json.is_array()) return element(json, key, place, walked);
  if (!json.is_object())
    refuse(place, fmt::format("{} is {} and has no keys", walked, shown(json)), "a path to a key of a block");
  return json[key];
}

/// An override as messages name it.
std::string named(const std::string& override_text) { return "--set " + shortened(override_text); }

/// Whether a pointer is another one or leads to a key within it.
bool is_within(std::string_view pointer, std::string_view other) {
  return pointer.starts_with(other) && (pointer.size() == other.size() || pointer[other.size()] == '/');
}

}  // namespace

Json json_or_text(const std::string& text) {
  try {
    return parse_json(text, "");
  } catch (const ExperimentError&) {
    return text;
  }
}

void set_key(Json& configuration, const std::string& pointer, Json value, const Place& place,
             const Catalogue& catalogue) {
  Json* target = &configuration;
  std::string walked;
  for (const std::string& key : keys_of(pointer, place, catalogue)) {
    target = &member(*target, key, place, walked);
    walked += "/" + escaped_for_pointer(key);
  }
  *target = std::move(value);
}

void apply_override(Json& configuration, const std::string& override_text, const Catalogue& catalogue) {
  const Place place{named(override_text), ""};
  const std::size_t equals = override_text.find('=');
  if (equals == std::string::npos)
    refuse(place, "has no value", "/path/to/key=value, such as /algorithm/step_size=0.1");
  set_key(configuration, override_text.substr(0, equals), json_or_text(override_text.substr(equals + 1)), place,
          catalogue);
}

ExperimentError blamed(const ExperimentError& error, const std::string& file,
                       const std::vector<std::string>& overrides) {
  if (error.place().file != file) return error;
  for (const std::string& cause : error.causes()) {
    for (auto text = overrides.rbegin(); text != overrides.rend(); ++text) {  // the last one has overwritten others
      const std::string pointer = text->substr(0, text->find('='));
      if (!is_within(cause, pointer) && !(cause.ends_with('/') && pointer.starts_with(cause))) continue;
      return {{named(*text), error.place().pointer == pointer ? "" : error.place().pointer}, error.complaint()};
    }
  }
  return error;
}

}  // namespace gossamer
