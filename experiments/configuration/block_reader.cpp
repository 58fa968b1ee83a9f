#include "experiments/configuration/block_reader.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdlib>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "experiments/configuration/building.hpp"
#include "experiments/configuration/experiment_error.hpp"
#include "experiments/configuration/glossary.hpp"
#include "experiments/configuration/nearest_name.hpp"
#include "experiments/configuration/quantity.hpp"
#include "experiments/configuration/vocabulary.hpp"

namespace gossamer {
namespace {

/// The number as an integer; none if it is not one, or too large for a double to tell.
std::optional<std::int64_t> as_integer(double number) {
  constexpr double largest = 9007199254740992.0;  // 2^53: above it doubles skip integers
  if (number != std::floor(number) || std::abs(number) > largest) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

double bare_number(const Json& json, const Setting& setting, const Place& place) {
  if (json.is_number()) return json.get<double>() + 0.0;  // no negative zero
  const std::string text = json.is_string() ? json.get<std::string>() : "";
  const bool quoted = std::holds_alternative<double>(parse_quantity(text, Unit::none));
  refuse(place, {.found = fmt::format("{} is not {}", shown(json), is_integral(setting) ? "an integer" : "a number"),
                 .expected = accepted(setting),
                 .advice = quoted ? fmt::format("a number has no quotes: {}", text) : ""});
}

double quantity(const Json& json, const Setting& setting, const Place& place) {
  if (!json.is_string())
    refuse(place,
           json.is_number() ? fmt::format("{} has no unit", shown(json))
                            : fmt::format("{} is not {}", shown(json), quantity_words(setting.unit).noun),
           accepted(setting));
  const auto parsed = parse_quantity(json.get<std::string>(), setting.unit);
  if (const auto* mistake = std::get_if<NotAQuantity>(&parsed))
    refuse(place, fmt::format("{} {}", shown(json), mistake->why), accepted(setting),
           mistake->nearest_unit.empty() ? std::nullopt : std::optional{mistake->nearest_unit});
  return std::get<double>(parsed) + 0.0;
}

/// A number that is checked for a setting of one number, or for one element of a setting of several.
Value read_number(const Json& json, const Setting& setting, const Place& place) {
  for (const auto& [word, number] : setting.words) {
    if (json != word) continue;
    if (is_integral(setting)) return static_cast<std::int64_t>(number);
    return number;
  }
  const double number = setting.unit == Unit::none ? bare_number(json, setting, place) : quantity(json, setting, place);
  if (!setting.range.contains(number)) {
    const bool too_large = number > setting.range.low && !is_telling(setting.range.high);
    refuse(place, fmt::format("{} is {}", shown(json), too_large ? "too large" : "out of range"), accepted(setting));
  }
  if (!is_integral(setting)) return number;
  if (json.is_number_integer()) return json.get<std::int64_t>();
  if (const auto integer = as_integer(number)) return *integer;
  if (number == std::floor(number)) refuse(place, fmt::format("{} is too large", shown(json)), accepted(setting));
  refuse(
      place,
      fmt::format("{} is not {}", shown(json), setting.unit == Unit::bytes ? "a whole number of bytes" : "an integer"),
      accepted(setting));
}

template <class T>
Value read_list(const Json& json, const Setting& setting, const Place& place) {
  if (!json.is_array()) refuse(place, fmt::format("{} is not a list", shown(json)), accepted(setting));
  std::vector<T> list;
  for (std::size_t k = 0; k < json.size(); ++k)
    list.push_back(std::get<T>(read_number(json[k], setting, place.at(std::to_string(k)))));
  return list;
}

std::string read_text(const Json& json, const Setting& setting, const Place& place) {
  if (!json.is_string()) refuse(place, fmt::format("{} is not a text", shown(json)), accepted(setting));
  return json.get<std::string>();
}

Value read_value(const Json& json, const Setting& setting, const Place& place) {
  switch (setting.type) {
    case Setting::Type::boolean:
      if (json.is_boolean()) return json.get<bool>();
      refuse(place, fmt::format("{} is neither true nor false", shown(json)), accepted(setting));
    case Setting::Type::integer:
    case Setting::Type::number:
      return read_number(json, setting, place);
    case Setting::Type::integers:
      return read_list<std::int64_t>(json, setting, place);
    case Setting::Type::numbers:
      return read_list<double>(json, setting, place);
    case Setting::Type::text:
      return read_text(json, setting, place);
    case Setting::Type::choice:
      break;
    case Setting::Type::compressor:
      assert(false && "a compressor is a block of its own");
  }
  std::string text = read_text(json, setting, place);
  if (std::find(setting.choices.begin(), setting.choices.end(), text) == setting.choices.end())
    refuse(place, fmt::format("unknown {} {}", setting.name, shown(json)), accepted(setting),
           meant_name(text, setting.choices));
  return text;
}

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

}  // namespace

void refuse(const Place& place, const Complaint& complaint) {
  std::string message = complaint.found;
  if (!complaint.expected.empty()) message += fmt::format("\n  expected {}", complaint.expected);
  if (complaint.nearest) message += fmt::format("\n  did you mean \"{}\"?", *complaint.nearest);
  if (!complaint.advice.empty()) message += "\n  " + complaint.advice;
  throw ExperimentError{place, message, complaint.causes};
}

void refuse(const Place& place, std::string_view found, std::string_view expected,
            const std::optional<std::string>& nearest) {
  refuse(place, {.found = std::string{found}, .expected = std::string{expected}, .nearest = nearest});
}

std::string shown(const Json& json) { return shortened(compact(json)); }

std::string shortened(std::string text) {
  constexpr std::size_t longest = 60;
  if (text.size() <= longest) return text;
  std::size_t end = longest - 4;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // not inside a UTF-8 sequence
  return text.substr(0, end) + " ...";
}

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
  const auto known = called_here(name, names);
  refuse(place_.at("kind"),
         {.found = fmt::format("unknown kind {}", shown(name)),
          .expected = one_of(names),
          .nearest = known ? known : nearest_name(name, names),
          .advice = known ? sentence_on(name, *known) : Vocabulary{catalogue()}.advice_on_kind(name)});
}

Value BlockReader::setting(const Setting& setting) {
  const bool is_compressor = setting.type == Setting::Type::compressor;
  const Json* const given = take(setting.name);
  if (setting.required && (!given || (is_compressor && given->is_null())))
    refuse_missing(setting.name, accepted(setting));
  if (is_compressor) return compressor(setting.name, given, setting.required ? "" : no_compressor);
  Value value = setting.fallback;
  if (given && !(given->is_null() && is_optional(setting)))
    value = read_value(*given, setting, place_.at(setting.name));
  if (!std::holds_alternative<std::monostate>(value)) keep(setting.name, written(value, setting));
  return value;
}

Value BlockReader::compressor(const std::string& key, const Json* given, std::string_view fallback) {
  const auto choice = read_inner(*this, key.c_str(), given, catalogue().compressors(), fallback);
  return built(choice.place, [&] { return choice.entry->make(choice.values); });
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

std::optional<std::string> BlockReader::mistaken_for(std::string_view key) const {
  const std::vector<std::string> strangers = unread(), wanted{std::string{key}};
  for (const std::string& stranger : strangers)
    if (called_here(stranger, wanted)) return stranger;
  return nearest_name(key, strangers);
}

void BlockReader::refuse_missing(std::string_view key, std::string_view expected) const {
  const auto meant = mistaken_for(key);
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

void BlockReader::keep(std::string_view key, Json resolved) { (*resolved_)[std::string{key}] = std::move(resolved); }

void BlockReader::keep(std::string_view key, BlockReader& inner) { keep(key, inner.finish()); }

std::vector<std::string> BlockReader::unread() const {
  std::vector<std::string> result;
  for (const auto& [key, value] : source_->items())
    if (std::find(known_.begin(), known_.end(), key) == known_.end()) result.push_back(key);
  return result;
}

std::vector<std::string> BlockReader::causes_of(std::string_view stranger) const {
  const std::string pointer = place_.at(stranger).pointer;
  return {pointer, pointer + "/", place_.at("kind").pointer};
}

void BlockReader::refuse_unknown() const {
  const std::vector<std::string> strangers = unread();
  if (strangers.empty()) return;
  std::vector<std::string> valid = known_;
  std::sort(valid.begin(), valid.end());
  valid.erase(std::unique(valid.begin(), valid.end()), valid.end());
  const std::string presumed =
      presumed_kind_.empty() ? "" : fmt::format(": without a \"kind\" this is \"{}\"", presumed_kind_);
  const std::string& stranger = strangers.front();
  const auto known = called_here(stranger, valid);
  refuse(place_.at(stranger), {.found = fmt::format("\"{}\" is not a key here{}", shortened(stranger), presumed),
                               .expected = one_of(valid),
                               .nearest = known ? known : nearest_name(stranger, valid),
                               .advice = known ? sentence_on(stranger, *known)
                                               : Vocabulary{catalogue()}.advice_on_key(stranger, place_.pointer, kind_),
                               .causes = causes_of(stranger)});
}

Json BlockReader::finish() {
  refuse_unknown();
  return std::move(*resolved_);
}

}  // namespace gossamer
