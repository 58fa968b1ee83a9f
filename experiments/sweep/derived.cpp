#include "experiments/sweep/derived.hpp"

#include <cmath>
#include <optional>
#include <set>
#include <string_view>
#include <variant>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "experiments/configuration/complaint.hpp"
#include "experiments/configuration/nearest_name.hpp"
#include "experiments/configuration/quantity.hpp"
#include "experiments/sweep/expression.hpp"

namespace gossamer {
namespace {

/// A template: texts and expressions in turn, the first a text.
std::vector<std::string> pieces_of(const DerivedKey& key) {
  std::vector<std::string> pieces;
  std::string_view rest = key.expression;
  for (std::size_t open = rest.find('{'); open != rest.npos; open = rest.find('{')) {
    const std::size_t close = rest.find('}', open);
    if (close == rest.npos) refuse(key.place, "\"{\" has no \"}\"", R"(a text such as "{2 * step} ms")");
    pieces.emplace_back(rest.substr(0, open));
    pieces.emplace_back(rest.substr(open + 1, close - open - 1));
    rest.remove_prefix(close + 1);
  }
  pieces.emplace_back(rest);
  return pieces;
}

bool is_template(const DerivedKey& key) { return key.expression.find('{') != key.expression.npos; }

template <class Evaluate>
auto placed_errors(const DerivedKey& key, Evaluate&& evaluate_it) {
  try {
    return evaluate_it();
  } catch (const ExpressionError& error) {
    refuse(key.place, error.what());
  }
}

/// The number that a JSON value means, a quantity in its base unit.
std::optional<double> number_in(const Json& value) {
  if (value.is_number()) return value.get<double>();
  if (!value.is_string()) return std::nullopt;
  for (const Unit unit :
       {Unit::none, Unit::seconds, Unit::bytes, Unit::bytes_per_second, Unit::flops, Unit::flops_per_second})
    if (const auto parsed = parse_quantity(value.get<std::string>(), unit); std::holds_alternative<double>(parsed))
      return std::get<double>(parsed);
  return std::nullopt;
}

std::optional<double> number_of_point(const Axis& axis, const AxisPoint& point) {
  for (const KeyChange& change : point.changes)
    if (change.pointer == axis.pointer) return number_in(parse_json(change.json, ""));
  return number_in(parse_json(point.label, ""));
}

/// The value at keys with points between them.
std::optional<double> number_at(const Json& configuration, std::string_view keys) {
  const Json* at = &configuration;
  for (std::size_t start = 0; at && start <= keys.size();) {
    const std::size_t end = std::min(keys.find('.', start), keys.size());
    at = find_key(*at, keys.substr(start, end - start));
    start = end + 1;
  }
  return at ? number_in(*at) : std::nullopt;
}

Json number_json(double number) {
  constexpr double largest = 9007199254740992.0;  // 2^53
  if (number == std::floor(number) && std::abs(number) <= largest) return static_cast<std::int64_t>(number);
  return number;
}

}  // namespace

std::vector<std::string> names_in_template(const DerivedKey& key) {
  return placed_errors(key, [&] {
    if (!is_template(key)) return names_in(key.expression);
    std::vector<std::string> names;
    const std::vector<std::string> pieces = pieces_of(key);
    for (std::size_t k = 1; k < pieces.size(); k += 2)
      for (std::string& name : names_in(pieces[k])) names.push_back(std::move(name));
    return names;
  });
}

Json derived_value(const DerivedKey& key, const std::vector<Axis>& axes, const CellPoints& points,
                   const std::vector<KeyChange>& derived_before, const Json& configuration) {
  const auto value_of = [&](const std::string& name) {
    std::vector<std::string> names;
    for (std::size_t k = 0; k < axes.size(); ++k) {
      names.push_back(axes[k].name);
      if (axes[k].name != name) continue;
      if (const auto number = number_of_point(axes[k], *points[k])) return *number;
      refuse(key.place, fmt::format("the value \"{}\" of \"{}\" is no number", points[k]->text(), name));
    }
    for (const KeyChange& before : derived_before) {
      names.push_back(last_key(before.pointer));
      if (names.back() != name) continue;
      if (const auto number = number_in(parse_json(before.json, ""))) return *number;
    }
    if (const auto number = number_at(configuration, name)) return *number;
    refuse(key.place, fmt::format("there is no number \"{}\"", name),
           fmt::format("{} a key of the configuration such as topology.rows",
                       names.empty() ? "" : fmt::format("one of: {}; or", fmt::join(names, ", "))),
           nearest_name(name, names));
  };
  return placed_errors(key, [&]() -> Json {
    if (!is_template(key)) return number_json(evaluate(key.expression, value_of));
    const std::vector<std::string> pieces = pieces_of(key);
    std::string text;
    for (std::size_t k = 0; k < pieces.size(); ++k)
      text += k % 2 == 0 ? pieces[k] : compact(number_json(evaluate(pieces[k], value_of)));
    return text;
  });
}

}  // namespace gossamer
