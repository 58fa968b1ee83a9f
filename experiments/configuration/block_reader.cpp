#include "experiments/configuration/block_reader.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "experiments/configuration/complaint.hpp"
#include "experiments/configuration/experiment_error.hpp"
#include "experiments/configuration/glossary.hpp"
#include "experiments/configuration/nearest_name.hpp"
#include "experiments/configuration/quantity.hpp"
#include "experiments/configuration/setting_text.hpp"
#include "experiments/configuration/setting_value.hpp"
#include "experiments/configuration/vocabulary.hpp"

namespace gossamer {
namespace {

std::string one_of(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  return fmt::format("one of: {}", fmt::join(names, ", "));
}

/// The object that a block's JSON means.
Json as_block(const Json* json, const Place& place) {
  if (!json || json->is_null()) return Json::object();
  if (json->is_string()) return Json::object({{"kind", *json}});
  if (!json->is_object())
    refuse(place, fmt::format("{} is not a block", shown(*json)), "an object such as {\"kind\": \"…\"}");
  return *json;
}

/// Whether a value in place of a block is a number, or a mistaken one: neither a block nor the name of a kind.
bool is_meant_as_number(const Json& given) {
  if (!given.is_string()) return !given.is_object();
  return std::holds_alternative<double>(parse_quantity(given.get<std::string>(), Unit::none));
}

}  // namespace

BlockReader::BlockReader(const Json* json, Place place, const Catalogue& catalogue)
    : place_{std::move(place)},
      catalogue_{&catalogue},
      source_{std::make_unique<const Json>(as_block(json, place_))},
      resolved_{std::make_unique<Json>(Json::object())} {}

BlockReader::~BlockReader() = default;

const Json* BlockReader::take(std::string_view key) {
  known_.emplace_back(key);
  return find_key(*source_, key);
}

std::string BlockReader::choose_kind(const std::vector<std::string>& names, std::string_view fallback) {
  const Json* const given = take("kind");
  if (!given && fallback.empty()) refuse_missing("kind", one_of(names));
  std::string name{fallback};
  if (!given) presumed_kind_ = name;
  if (given) {
    if (!given->is_string()) refuse(place_.at("kind"), fmt::format("{} is not a text", shown(*given)), one_of(names));
    name = given->get<std::string>();
    if (std::find(names.begin(), names.end(), name) == names.end()) refuse_kind(name, names);
  }
  keep("kind", name);
  kind_ = name;
  return name;
}

void BlockReader::refuse_kind(const std::string& name, const std::vector<std::string>& names) const {
  const auto known = native_name(name, names);
  refuse(place_.at("kind"),
         {.found = fmt::format("unknown kind {}", shown(name)),
          .expected = one_of(names),
          .nearest = known ? known : nearest_name(name, names),
          .advice = known ? sentence_on(name, *known) : Vocabulary{catalogue()}.advice_on_kind(name)});
}

Value BlockReader::setting(const Setting& setting) {
  const bool is_part = setting.type == Setting::Type::part;
  const Json* const given = take(setting.name);
  if (setting.required && (!given || (is_part && given->is_null()))) refuse_missing(setting.name, accepted(setting));
  Value value = setting.fallback;
  if (given && !(given->is_null() && (is_part || is_optional(setting))))
    value = is_part ? part(*given, setting) : read_value(*given, setting, place_.at(setting.name));
  if (!std::holds_alternative<std::monostate>(value)) keep(setting.name, written(value, setting));
  return value;
}

PartValue BlockReader::part(const Json& given, const Setting& setting) const {
  const PartType& type = *setting.part_type;
  const auto& kinds = catalogue().parts(type);
  if (type.number && is_meant_as_number(given)) {
    const Setting& number = type.number->setting;
    const auto kind =
        std::find_if(kinds.begin(), kinds.end(), [&](const auto& one) { return one.name == type.number->kind; });
    return part_value(type, *kind, {{number.name, read_value(given, number, place_.at(setting.name))}});
  }
  BlockReader block = inner(&given, setting.name);
  const auto choice = block.choice(kinds, setting.required ? "" : type.none);
  block.refuse_unknown();
  return built(choice.place, [&] { return part_value(type, *choice.entry, choice.values); });
}

Values BlockReader::settings(const std::vector<Setting>& settings) {
  expect_settings(settings);
  Values values;
  for (const Setting& one : settings) values[one.name] = setting(one);
  check_rules(settings, values);
  return values;
}

void BlockReader::check_rules(const std::vector<Setting>& settings, const Values& values) const {
  for (const Setting& one : settings) {
    const Value& value = values.find(one.name)->second;
    if (value == one.fallback) continue;
    for (const auto& [condition, because] : one.rules) {
      if (condition.holds(values)) continue;
      refuse_unknown();
      const Condition as_it_is{.setting = condition.setting, .values = {values.at(condition.setting)}};
      const std::string found = shown(*find_key(*source_, one.name));
      refuse(place_.at(one.name),
             because.empty() ? fmt::format("{} has no effect if {}", found, text(as_it_is, settings))
                             : fmt::format("{} {}", found, because),
             fmt::format("{}, or that {}", is_optional(one) ? "no such key" : compact(written(one.fallback, one)),
                         text(condition, settings)));
    }
  }
}

std::optional<std::string> BlockReader::misspelling_of(std::string_view key) const {
  const std::vector<std::string> unknown_keys = unread(), wanted{std::string{key}};
  for (const std::string& unknown_key : unknown_keys)
    if (native_name(unknown_key, wanted)) return unknown_key;
  return nearest_name(key, unknown_keys);
}

void BlockReader::refuse_missing(std::string_view key, std::string_view expected) const {
  const auto meant = misspelling_of(key);
  if (!meant)
    refuse(place_.at(key), {.found = "missing",
                            .expected = std::string{expected},
                            .causes = {place_.at(key).pointer, place_.at("kind").pointer}});
  throw ExperimentError{
      place_.at(key),
      fmt::format("missing, and \"{}\" is not a key here\n  expected {}; did you mean \"{}\"?", *meant, expected, key),
      {place_.at(*meant).pointer, place_.at("kind").pointer}};
}

const Json* BlockReader::block(std::string_view key) {
  const Json* const given = take(key);
  return given && given->is_null() ? nullptr : given;
}

const Json& BlockReader::required_block(std::string_view key, std::string_view expected) {
  const Json* const given = block(key);
  if (!given) refuse_missing(key, expected);
  return *given;
}

void BlockReader::expect(const std::vector<std::string>& keys) {
  known_.insert(known_.end(), keys.begin(), keys.end());
}

void BlockReader::expect_settings(const std::vector<Setting>& settings) {
  for (const Setting& setting : settings) known_.push_back(setting.name);
}

void BlockReader::read_list(const Json& list, const Place& place, std::string_view key, std::string_view example,
                            const std::function<void(BlockReader&)>& read) {
  if (!list.is_array()) refuse(place, fmt::format("{} is not a list", shown(list)), example);
  Json resolved = Json::array();
  for (std::size_t k = 0; k < list.size(); ++k) {
    BlockReader element{&list[k], place.at(std::to_string(k)), catalogue()};
    read(element);
    resolved.push_back(element.finish());
  }
  keep(key, std::move(resolved));
}

void BlockReader::keep(std::string_view key, Json resolved) { (*resolved_)[std::string{key}] = std::move(resolved); }

void BlockReader::keep(std::string_view key, BlockReader& inner) { keep(key, inner.finish()); }

std::vector<std::string> BlockReader::unread() const {
  std::vector<std::string> result;
  for (const auto& [key, value] : source_->items())
    if (std::find(known_.begin(), known_.end(), key) == known_.end()) result.push_back(key);
  return result;
}

std::vector<std::string> BlockReader::causes_of(std::string_view unknown_key) const {
  const std::string pointer = place_.at(unknown_key).pointer;
  return {pointer, pointer + "/", place_.at("kind").pointer};
}

void BlockReader::refuse_unknown() const {
  const std::vector<std::string> unknown_keys = unread();
  if (unknown_keys.empty()) return;
  std::vector<std::string> valid = known_;
  std::sort(valid.begin(), valid.end());
  valid.erase(std::unique(valid.begin(), valid.end()), valid.end());
  const std::string presumed =
      presumed_kind_.empty() ? "" : fmt::format(": without a \"kind\" this is \"{}\"", presumed_kind_);
  const std::string& unknown_key = unknown_keys.front();
  const auto known = native_name(unknown_key, valid);
  refuse(place_.at(unknown_key),
         {.found = fmt::format("\"{}\" is not a key here{}", shortened(unknown_key), presumed),
          .expected = one_of(valid),
          .nearest = known ? known : nearest_name(unknown_key, valid),
          .advice = known ? sentence_on(unknown_key, *known)
                          : Vocabulary{catalogue()}.advice_on_key(unknown_key, place_.pointer, kind_),
          .causes = causes_of(unknown_key)});
}

Json BlockReader::finish() {
  refuse_unknown();
  return std::move(*resolved_);
}

}  // namespace gossamer
