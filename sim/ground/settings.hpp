#pragma once
#include <algorithm>
#include <cassert>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "sim/ground/quantities.hpp"
#include "sim/ground/setting_values.hpp"

/// The description of a choice that a room offers. Every algorithm, topology, model or law is an `Entry`. Its
/// `Setting`s have a name, a range, a unit and a default. The configuration reader, `gossamer explain` and the error
/// messages use nothing else.
namespace gossamer {

/// The form of a number in a configuration: bare, or text with a unit ("2 ms", "1 Gbit/s", "100 kB", "10 TFLOP/s").
enum class Unit { none, seconds, bytes, bytes_per_second, flops, flops_per_second };

/// The numbers that a setting accepts.
struct Range {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool low_included = true;
  bool high_included = true;

  bool contains(double x) const {
    return std::isfinite(x) && (low_included ? x >= low : x > low) && (high_included ? x <= high : x < high);
  }
};
inline Range anything() { return {}; }
inline Range above(double low) { return {.low = low, .low_included = false}; }
inline Range at_least(double low) { return {.low = low}; }
inline Range at_most(double high) { return {.high = high}; }
inline Range between(double low, double high) { return {.low = low, .high = high}; }
inline Range from_until(double low, double high) { return {.low = low, .high = high, .high_included = false}; }
inline Range above_up_to(double low, double high) { return {.low = low, .high = high, .low_included = false}; }

/// A named number in a file of data. Messages describe the accepted numbers with `expected`.
struct NumberField {
  std::string name;
  Range range;
  std::string expected;
};

/// A condition: another setting of the same block has one of the given values, or has none of them.
struct Condition {
  std::string setting = {};
  std::vector<Value> values = {};
  bool among = true;  ///< false: it has none of the values

  bool holds(const Values& of_block) const {
    return (std::find(values.begin(), values.end(), of_block.at(setting)) != values.end()) == among;
  }
};
inline Condition where_is(std::string setting, std::vector<std::string> choices) {
  return {.setting = std::move(setting), .values = {choices.begin(), choices.end()}};
}
inline Condition where_not(std::string setting, Value value) {
  return {.setting = std::move(setting), .values = {std::move(value)}, .among = false};
}
inline Condition where_given(std::string setting) { return where_not(std::move(setting), std::monostate{}); }
inline Condition where_not_given(std::string setting) {
  return {.setting = std::move(setting), .values = {Value{std::monostate{}}}};
}
/// The condition that a setting of type part has one, such as a compressor.
inline Condition where_there_is(std::string setting) { return where_not(std::move(setting), PartValue{}); }

/// A condition that every value of a setting except its default needs. The default is never refused.
struct Rule {
  Condition condition;
  std::string because = {};  ///< the reason, which follows the value in messages; if empty, "has no effect"
};

/// One setting: its name, its accepted values and its default.
struct Setting {
  /// A part is a block of its own, with a kind: see sim/ground/parts.hpp. If it is required, the configuration has to
  /// name a kind, even the kind that is no part.
  enum class Type { boolean, integer, number, text, choice, integers, numbers, part };

  std::string name = {};
  std::string sentence = {};
  Type type = Type::number;
  Unit unit = Unit::none;
  Range range = {};
  std::vector<std::string> choices = {};  ///< the valid names if `type` is `choice`
  const PartType* part_type = nullptr;    ///< the type of the part if `type` is `part`
  Value fallback = {};                    ///< the default; without a meaning if the setting is required
  std::vector<std::pair<std::string, double>> words = {};  ///< words that mean a number, such as "full" for 0
  bool required = false;
  std::vector<Rule> rules = {};
};

/// Whether a configuration must give the setting.
enum class Presence { optional, required };
inline constexpr Presence required = Presence::required;

/// The names of an enumeration's values, in the order in which messages list them.
template <class E>
struct Choices {
  std::vector<std::pair<std::string, E>> names;

  std::vector<std::string> texts() const {
    std::vector<std::string> result;
    for (const auto& choice : names) result.push_back(choice.first);
    return result;
  }
  /// The name of a value, which must have one.
  const std::string& name(E value) const {
    const auto is_it = [&](const auto& choice) { return choice.second == value; };
    const auto found = std::find_if(names.begin(), names.end(), is_it);
    assert(found != names.end() && "every value has a name");
    return found->first;
  }
  /// The value of one of the names.
  E value(std::string_view name) const {
    const auto is_it = [&](const auto& choice) { return choice.first == name; };
    const auto found = std::find_if(names.begin(), names.end(), is_it);
    assert(found != names.end() && "a name is checked before it is looked up");
    return found->second;
  }
};
template <class E>
Choices<E> choices(std::initializer_list<std::pair<std::string, E>> names) {
  return {names};
}

namespace detail {

template <class T>
struct Traits;
template <std::integral T>
struct Traits<T> {
  static constexpr auto type = Setting::Type::integer;
  static constexpr auto unit = Unit::none;
  static T from(const Value& v) { return static_cast<T>(std::get<std::int64_t>(v)); }
  static Value to(T x) { return static_cast<std::int64_t>(x); }
};
template <>
struct Traits<bool> {
  static constexpr auto type = Setting::Type::boolean;
  static constexpr auto unit = Unit::none;
  static bool from(const Value& v) { return std::get<bool>(v); }
  static Value to(bool x) { return x; }
};
template <>
struct Traits<double> {
  static constexpr auto type = Setting::Type::number;
  static constexpr auto unit = Unit::none;
  static double from(const Value& v) { return std::get<double>(v); }
  static Value to(double x) { return x; }
};
template <>
struct Traits<Seconds> {
  static constexpr auto type = Setting::Type::number;
  static constexpr auto unit = Unit::seconds;
  static Seconds from(const Value& v) { return Seconds{std::get<double>(v)}; }
  static Value to(Seconds x) { return x.count(); }
};
template <>
struct Traits<std::string> {
  static constexpr auto type = Setting::Type::text;
  static constexpr auto unit = Unit::none;
  static std::string from(const Value& v) { return std::get<std::string>(v); }
  static Value to(std::string x) { return x; }
};
template <>
struct Traits<std::vector<double>> {
  static constexpr auto type = Setting::Type::numbers;
  static constexpr auto unit = Unit::none;
  static std::vector<double> from(const Value& v) { return std::get<std::vector<double>>(v); }
  static Value to(std::vector<double> x) { return x; }
};
template <>
struct Traits<std::vector<std::int64_t>> {
  static constexpr auto type = Setting::Type::integers;
  static constexpr auto unit = Unit::none;
  static std::vector<std::int64_t> from(const Value& v) { return std::get<std::vector<std::int64_t>>(v); }
  static Value to(std::vector<std::int64_t> x) { return x; }
};
template <class P>
struct Traits<std::shared_ptr<const P>> {
  static constexpr auto type = Setting::Type::part;
  static constexpr auto unit = Unit::none;
  static const PartType* part_type() { return &P::part_type(); }
  static std::shared_ptr<const P> from(const Value& v) { return std::get<PartValue>(v).as<P>(); }
  static Value to([[maybe_unused]] const std::shared_ptr<const P>& x) {
    assert(!x && "such a default has no kind");
    return PartValue{};
  }
};
template <class T>
requires requires { typename T::Part; }
struct Traits<T> {
  static constexpr auto type = Setting::Type::part;
  static constexpr auto unit = Unit::none;
  static const PartType* part_type() { return &T::Part::part_type(); }
  static T from(const Value& v) { return T{std::get<PartValue>(v)}; }
  static Value to(const T& x) { return x.value(); }
};
template <class T>
struct Traits<std::optional<T>> {
  static constexpr auto type = Traits<T>::type;
  static constexpr auto unit = Traits<T>::unit;
  static std::optional<T> from(const Value& v) {
    if (std::holds_alternative<std::monostate>(v)) return std::nullopt;
    return Traits<T>::from(v);
  }
  static Value to(const std::optional<T>& x) { return x ? Traits<T>::to(*x) : Value{}; }
};

/// The type of the part that the member holds; null for other members.
template <class T>
const PartType* part_type() {
  if constexpr (requires { Traits<T>::part_type(); })
    return Traits<T>::part_type();
  else
    return nullptr;
}

/// The part of a range that the type of the member can represent.
template <class T>
Range representable(Range range) {
  if constexpr (std::integral<T> && !std::is_same_v<T, bool>) {
    range.low = std::max(range.low, static_cast<double>(std::numeric_limits<T>::min()));
    range.high = std::min(range.high, static_cast<double>(std::numeric_limits<T>::max()));
  }
  return range;
}

}  // namespace detail

/// A setting and the member of the structure `S` that it fills. For a list, the range applies to each element.
template <class S>
struct Field {
  Setting setting;
  std::function<void(S&, const Value&)> assign;

  template <class T>
  Field(std::string name, T S::*member, Range range, std::string sentence = "", Presence presence = Presence::optional,
        Unit unit = detail::Traits<T>::unit)
      : setting{.name = std::move(name),
                .sentence = std::move(sentence),
                .type = detail::Traits<T>::type,
                .unit = unit,
                .range = detail::representable<T>(range),
                .part_type = detail::part_type<T>(),
                .fallback = detail::Traits<T>::to(S{}.*member),
                .required = presence == Presence::required},
        assign{[member](S& target, const Value& value) { target.*member = detail::Traits<T>::from(value); }} {}

  template <class T>
  requires(!std::is_arithmetic_v<T> || std::is_same_v<T, bool>)
      Field(std::string name, T S::*member, std::string sentence, Presence presence = Presence::optional)
      : Field(std::move(name), member, anything(), std::move(sentence), presence) {}

  /// A field of the structure in the member `part`.
  template <class Part>
  Field(Part S::*part, Field<Part> field)
      : setting{std::move(field.setting)},
        assign{
            [part, assign = std::move(field.assign)](S& target, const Value& value) { assign(target.*part, value); }} {}

  /// A setting that fills no member: only the rules of other settings use it.
  explicit Field(Setting permission) : setting{std::move(permission)}, assign{[](S&, const Value&) {}} {}

  /// The same field, which also accepts `word` in place of the number `value`.
  Field with_word(std::string word, double value) && {
    setting.words.emplace_back(std::move(word), value);
    return std::move(*this);
  }

  /// The same field, which has an effect only if the condition holds.
  Field read_if(Condition condition) && {
    setting.rules.push_back({std::move(condition)});
    return std::move(*this);
  }

  /// The same field, whose only valid value is its default unless the condition holds. Messages give the reason.
  Field fixed_unless(Condition condition, std::string because) && {
    setting.rules.push_back({std::move(condition), std::move(because)});
    return std::move(*this);
  }

  template <class E>
  Field(std::string name, E S::*member, Choices<E> choices, std::string sentence = "")
      : setting{.name = std::move(name),
                .sentence = std::move(sentence),
                .type = Setting::Type::choice,
                .choices = choices.texts(),
                .fallback = choices.name(S{}.*member)},
        assign{[member, choices](S& target, const Value& value) {
          target.*member = choices.value(std::get<std::string>(value));
        }} {}
};

/// A structure with the values of its fields.
template <class S>
S filled(const std::vector<Field<S>>& fields, const Values& values) {
  S result{};
  for (const auto& field : fields) field.assign(result, values.at(field.setting.name));
  return result;
}

/// One choice that a registry offers. `make` expects a value for each setting, already checked against its range.
template <class Signature>
struct Entry;
template <class Product, class... Context>
struct Entry<Product(Context...)> {
  std::string name;
  std::string sentence;
  std::vector<Setting> settings = {};
  std::function<Product(const Values&, Context...)> make = {};
  std::string source = {};  ///< the paper: authors, title, venue, arXiv number
};

/// An entry whose settings fill a structure `S`. `build(S, context...)` makes the product.
template <class Signature, class S, class Build>
Entry<Signature> entry(std::string name, std::string sentence, Build build, std::vector<Field<S>> fields,
                       std::string source = {}) {
  Entry<Signature> result{.name = std::move(name), .sentence = std::move(sentence), .source = std::move(source)};
  for (const auto& field : fields) result.settings.push_back(field.setting);
  result.make = [build, fields](const Values& values, auto&&... context) {
    return build(filled(fields, values), std::forward<decltype(context)>(context)...);
  };
  return result;
}

/// The defaults of all settings, for tests and for code that has no configuration.
inline Values defaults(const std::vector<Setting>& settings) {
  Values values;
  for (const auto& setting : settings) values[setting.name] = setting.fallback;
  return values;
}

}  // namespace gossamer
