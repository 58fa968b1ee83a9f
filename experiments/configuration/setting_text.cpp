#include "experiments/configuration/setting_text.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "experiments/configuration/quantity.hpp"
#include "sim/ground/parts.hpp"

namespace gossamer {
namespace {

std::string bound(double value, Unit unit) {
  if (unit != Unit::none) return write_quantity(value, unit);
  return std::abs(value) < 1e15 && value == std::floor(value) ? fmt::format("{:.0f}", value) : fmt::format("{}", value);
}

/// "above 0", "from 0 to 1", "at least 3"; empty if everything is accepted.
std::string bounds(const Range& range, Unit unit) {
  const bool low = is_worth_showing(range.low), high = is_worth_showing(range.high);
  const auto text = [&](double value) { return bound(value, unit); };
  if (low && high && range.low_included)
    return fmt::format("from {} to {}{}", text(range.low), range.high_included ? "" : "below ", text(range.high));
  if (low && high)
    return fmt::format("above {} and {} {}", text(range.low), range.high_included ? "at most" : "below",
                       text(range.high));
  if (low) return fmt::format("{} {}", range.low_included ? "at least" : "above", text(range.low));
  if (high) return fmt::format("{} {}", range.high_included ? "at most" : "below", text(range.high));
  return "";
}

std::string with_bounds(std::string_view noun, const Setting& setting) {
  const std::string limits = bounds(setting.range, setting.unit);
  return limits.empty() ? std::string{noun} : fmt::format("{} {}", noun, limits);
}

std::string accepted_number(const Setting& setting) {
  if (setting.unit == Unit::none) return with_bounds(is_integral(setting) ? "an integer" : "a number", setting);
  const auto [noun, example] = quantity_words(setting.unit);
  // Bounds that only exclude negative values are left out: durations and sizes are never negative.
  const bool plain = setting.range.low == 0 && setting.range.low_included && !is_worth_showing(setting.range.high);
  return fmt::format("{} such as \"{}\"", plain ? noun : with_bounds(noun, setting), example);
}

Json written_number(double number, bool integral, const Setting& setting) {
  for (const auto& [word, value] : setting.words)
    if (value == number) return word;
  if (setting.unit != Unit::none) return write_quantity(number, setting.unit);
  if (integral) return static_cast<std::int64_t>(number);
  return number;
}

/// Each alternative of a value in its canonical form.
struct Writer {
  const Setting& setting;

  Json operator()(std::monostate) const { return nullptr; }
  Json operator()(bool truth) const { return truth; }
  Json operator()(std::int64_t integer) const {
    if (setting.words.empty() && setting.unit == Unit::none) return integer;
    return written_number(static_cast<double>(integer), true, setting);
  }
  Json operator()(double number) const { return written_number(number, false, setting); }
  Json operator()(const std::string& text) const { return text; }
  Json operator()(const PartValue& part) const {
    const PartType& type = *setting.part_type;
    if (!part) return Json::object({{"kind", type.none}});
    assert(!part->kind.empty() && "a part that no configuration has named cannot be written");
    if (type.number && part->kind == type.number->kind)
      return written(part->values.at(type.number->setting.name), type.number->setting);
    Json block = Json::object({{"kind", part->kind}});
    for (const Setting& one : part->settings)
      if (const Value& value = part->values.at(one.name); !std::holds_alternative<std::monostate>(value))
        block[one.name] = written(value, one);
    return block;
  }
  template <class T>
  Json operator()(const std::vector<T>& list) const {
    Json array = Json::array();
    for (const T element : list) array.push_back((*this)(element));
    return array;
  }
};

/// A value for a sentence.
std::string named_value(const Value& value, const Setting& setting) {
  if (std::holds_alternative<std::monostate>(value)) return "left out";
  if (const auto* const text = std::get_if<std::string>(&value)) return *text;
  if (const auto* const part = std::get_if<PartValue>(&value)) return *part ? (*part)->kind : setting.part_type->none;
  return compact(written(value, setting));
}

}  // namespace

bool is_integral(const Setting& setting) {
  return setting.type == Setting::Type::integer || setting.type == Setting::Type::integers;
}
bool is_optional(const Setting& setting) {
  return !setting.required && std::holds_alternative<std::monostate>(setting.fallback);
}

bool is_worth_showing(double bound) { return std::abs(bound) < 2147483647.0; }

std::string accepted(const Setting& setting) {
  std::string result;
  switch (setting.type) {
    case Setting::Type::boolean:
      result = "true or false";
      break;
    case Setting::Type::text:
      result = "a text";
      break;
    case Setting::Type::choice:
      result = fmt::format("one of: {}", fmt::join(setting.choices, ", "));
      break;
    case Setting::Type::integer:
    case Setting::Type::number:
      result = accepted_number(setting);
      break;
    case Setting::Type::integers:
    case Setting::Type::numbers:
      result = fmt::format("a list, each element {}", accepted_number(setting));
      break;
    case Setting::Type::part: {
      const PartType& type = *setting.part_type;
      if (type.number) result = accepted(type.number->setting) + ", or ";
      result += fmt::format("{} (`gossamer list {}`)", type.noun, type.name);
      break;
    }
  }
  for (const auto& [word, number] : setting.words) result += fmt::format(", or \"{}\"", word);
  return result;
}

std::string text(const Condition& condition, const std::vector<Setting>& settings) {
  const auto named = [&](const Setting& setting) { return setting.name == condition.setting; };
  const Setting& setting = *std::find_if(settings.begin(), settings.end(), named);
  std::vector<std::string> values;
  for (const Value& value : condition.values) values.push_back(named_value(value, setting));
  const std::string last = values.back();
  values.pop_back();
  const std::string list = values.empty() ? last : fmt::format("{} or {}", fmt::join(values, ", "), last);
  return fmt::format("{} is {}{}", setting.name, condition.among ? "" : "not ", list);
}

Json written(const Value& value, const Setting& setting) { return std::visit(Writer{setting}, value); }

std::string default_of(const Setting& setting) {
  if (setting.required) return "required";
  if (std::holds_alternative<std::monostate>(setting.fallback)) return "optional";
  const std::string text = compact(written(setting.fallback, setting));
  return text == "\"\"" ? "optional" : "default " + text;
}

std::vector<std::string> rules_of(const Setting& setting, const std::vector<Setting>& settings) {
  std::vector<std::string> rules;
  for (const auto& [condition, because] : setting.rules)
    rules.push_back(fmt::format("{} {}",
                                because.empty() ? "has an effect only if" : "may differ from its default only if",
                                text(condition, settings)));
  return rules;
}

}  // namespace gossamer
