#include "experiments/configuration/setting_value.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "experiments/configuration/complaint.hpp"
#include "experiments/configuration/glossary.hpp"
#include "experiments/configuration/quantity.hpp"
#include "experiments/configuration/setting_text.hpp"

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
    const bool too_large = number > setting.range.low && !is_worth_showing(setting.range.high);
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

}  // namespace

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
    case Setting::Type::part:
      assert(false && "a part is a block of its own");
  }
  std::string text = read_text(json, setting, place);
  if (std::find(setting.choices.begin(), setting.choices.end(), text) == setting.choices.end())
    refuse(place, fmt::format("unknown {} {}", setting.name, shown(json)), accepted(setting),
           meant_name(text, setting.choices));
  return text;
}

}  // namespace gossamer
