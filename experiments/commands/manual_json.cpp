#include "experiments/commands/manual_json.hpp"

#include <cmath>
#include <string_view>

#include <nlohmann/json.hpp>

#include "experiments/configuration/setting_text.hpp"
#include "sim/ground/parts.hpp"

namespace gossamer {
namespace {

std::string_view word_of(Setting::Type type) {
  switch (type) {
    case Setting::Type::boolean:
      return "boolean";
    case Setting::Type::integer:
      return "integer";
    case Setting::Type::number:
      return "number";
    case Setting::Type::text:
      return "text";
    case Setting::Type::choice:
      return "choice";
    case Setting::Type::integers:
      return "integers";
    case Setting::Type::numbers:
      return "numbers";
    case Setting::Type::part:
      return "part";
  }
  return "";
}

std::string_view symbol_of(Unit unit) {
  switch (unit) {
    case Unit::none:
      return "";
    case Unit::seconds:
      return "s";
    case Unit::bytes:
      return "B";
    case Unit::bytes_per_second:
      return "B/s";
    case Unit::flops:
      return "FLOP";
    case Unit::flops_per_second:
      return "FLOP/s";
  }
  return "";
}

/// Adds a value, unless it is an empty text or an empty list.
void put(Json& object, const char* key, Json value) {
  if (value.is_null() || (value.is_string() && value.get_ref<const std::string&>().empty())) return;
  if (value.is_array() && value.empty()) return;
  object[key] = std::move(value);
}

void put_limits(Json& object, const Range& range) {
  if (is_worth_showing(range.low)) object[range.low_included ? "minimum" : "exclusive_minimum"] = range.low;
  if (is_worth_showing(range.high)) object[range.high_included ? "maximum" : "exclusive_maximum"] = range.high;
}

Json json_of_all(const std::vector<Setting>& settings) {
  Json result = Json::array();
  for (const Setting& setting : settings) result.push_back(json_of(setting, settings));
  return result;
}

/// The pointer of a section's block: "/model/data".
std::string pointer_of(const Section& section) { return section.key.empty() ? "" : "/" + section.key; }

}  // namespace

Json json_of(const Setting& setting, const std::vector<Setting>& siblings) {
  Json result{{"name", setting.name}, {"type", word_of(setting.type)}, {"accepts", accepted(setting)}};
  if (setting.required) result["required"] = true;
  if (!setting.required) put(result, "default", written(setting.fallback, setting));
  put(result, "unit", std::string{symbol_of(setting.unit)});
  put_limits(result, setting.range);
  put(result, "choices", setting.choices);
  for (const auto& [word, number] : setting.words)
    result["words"][word] = std::isfinite(number) ? Json(number) : Json(nullptr);  // JSON has no infinity
  if (const PartType* const part = setting.part_type) {
    result["kinds"] = part->name;
    if (part->number) result["number"] = json_of(part->number->setting, {});
  }
  put(result, "sentence", setting.sentence);
  put(result, "rules", rules_of(setting, siblings));
  return result;
}

Json json_of(const Section& section) {
  Json result{{"name", section.name}, {"noun", section.noun}};
  put(result, "at", pointer_of(section));
  result["entries"] = Json::array();
  for (const Description& entry : section.entries) {
    Json described{{"name", entry.name}};
    put(described, "family", entry.family);
    put(described, "at", entry.pointer);
    described["sentence"] = entry.sentence;
    result["entries"].push_back(std::move(described));
  }
  return result;
}

Json json_of(const Description& entry, const Section& section, const Json& example) {
  Json result{{"is", "entry"}, {"name", entry.name}, {"section", section.name}, {"noun", section.noun}};
  put(result, "at", pointer_of(section));
  put(result, "family", entry.family);
  result["sentence"] = entry.sentence;
  put(result, "source", entry.source);
  put(result, "facts", entry.facts);
  result["settings"] = json_of_all(entry.settings);
  put(result, "common_settings", json_of_all(section.common));
  if (entry.of_graph) result["needs_of"] = true;
  if (!section.key.empty()) result["example"] = example;
  return result;
}

Json json_of_block(const Description& block, const Manual& manual) {
  Json result{{"is", "block"}, {"name", block.name}};
  put(result, "at", block.pointer);
  result["sentence"] = block.sentence;
  put(result, "facts", block.facts);
  result["settings"] = json_of_all(block.settings);
  for (const Section& section : manual.sections) {
    if (!section.is_at(block.pointer)) continue;
    for (const Description& entry : section.entries) result["kinds"].push_back(entry.name);
  }
  return result;
}

Json json_of(const std::string& name, const char* is, const std::vector<KeyPlace>& places) {
  Json result{{"is", is}, {"name", name}, {"places", Json::array()}};
  for (const KeyPlace& place : places) {
    Json found{{"at", place.block + "/" + place.setting->name}};
    put(found, "kind", place.kind);
    found["setting"] = json_of(*place.setting, *place.siblings);
    result["places"].push_back(std::move(found));
  }
  return result;
}

Json json_of(const std::vector<TraceColumn>& columns) {
  Json result{{"is", "trace_key"}, {"name", columns.front().name}, {"records", Json::array()}};
  for (const TraceColumn& column : columns)
    result["records"].push_back({{"record", column.record}, {"meaning", column.meaning}});
  return result;
}

Json json_of(const std::vector<SweepKey>& keys) {
  Json result{{"is", "sweep_key"}, {"name", keys.front().name}, {"places", Json::array()}};
  for (const SweepKey& key : keys)
    result["places"].push_back({{"pointer", key.block + "/" + key.name}, {"sentence", key.sentence}});
  return result;
}

}  // namespace gossamer
