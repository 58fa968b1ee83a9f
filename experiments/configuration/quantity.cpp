#include "experiments/configuration/quantity.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "experiments/configuration/nearest_name.hpp"

namespace gossamer {
namespace {

/// A unit is factor · 10^exponent of the base unit; only the power of ten is applied to the text.
struct UnitName {
  std::string_view name;
  int exponent = 0;
  double factor = 1;
  bool canonical = false;  ///< whether quantities are written in it; these are in increasing order
};

constexpr std::array durations{
    UnitName{"ns", -9, 1, true}, UnitName{"us", -6, 1, true}, UnitName{"ms", -3, 1, true},
    UnitName{"s", 0, 1, true},   UnitName{"min", 0, 60},      UnitName{"h", 0, 3600},
    UnitName{"\u00b5s", -6},     UnitName{"\u03bcs", -6},  // micro sign and Greek mu
};
constexpr double kibi = 1024;
constexpr double byte_per_bit = 0.125;
constexpr std::array sizes{
    UnitName{"B", 0, 1, true},         UnitName{"kB", 3, 1, true},           UnitName{"MB", 6, 1, true},
    UnitName{"GB", 9, 1, true},        UnitName{"TB", 12, 1, true},          UnitName{"KiB", 0, kibi},
    UnitName{"MiB", 0, kibi* kibi},    UnitName{"GiB", 0, kibi* kibi* kibi}, UnitName{"TiB", 0, kibi* kibi* kibi* kibi},
    UnitName{"bit", 0, byte_per_bit},  UnitName{"kbit", 3, byte_per_bit},    UnitName{"Mbit", 6, byte_per_bit},
    UnitName{"Gbit", 9, byte_per_bit}, UnitName{"Tbit", 12, byte_per_bit},
};
constexpr std::array rates{
    UnitName{"bit/s", 0, byte_per_bit, true},
    UnitName{"kbit/s", 3, byte_per_bit, true},
    UnitName{"Mbit/s", 6, byte_per_bit, true},
    UnitName{"Gbit/s", 9, byte_per_bit, true},
    UnitName{"Tbit/s", 12, byte_per_bit, true},
    UnitName{"B/s", 0},
    UnitName{"kB/s", 3},
    UnitName{"MB/s", 6},
    UnitName{"GB/s", 9},
    UnitName{"TB/s", 12},
    UnitName{"KiB/s", 0, kibi},
    UnitName{"MiB/s", 0, kibi* kibi},
    UnitName{"GiB/s", 0, kibi* kibi* kibi},
    UnitName{"TiB/s", 0, kibi* kibi* kibi* kibi},
};

constexpr std::array works{
    UnitName{"FLOP", 0, 1, true},  UnitName{"kFLOP", 3, 1, true},  UnitName{"MFLOP", 6, 1, true},
    UnitName{"GFLOP", 9, 1, true}, UnitName{"TFLOP", 12, 1, true}, UnitName{"PFLOP", 15, 1, true},
};
constexpr std::array speeds{
    UnitName{"FLOP/s", 0, 1, true},  UnitName{"kFLOP/s", 3, 1, true},  UnitName{"MFLOP/s", 6, 1, true},
    UnitName{"GFLOP/s", 9, 1, true}, UnitName{"TFLOP/s", 12, 1, true}, UnitName{"PFLOP/s", 15, 1, true},
};

std::span<const UnitName> names_of(Unit unit) {
  switch (unit) {
    case Unit::seconds:
      return durations;
    case Unit::bytes:
      return sizes;
    case Unit::bytes_per_second:
      return rates;
    case Unit::flops:
      return works;
    case Unit::flops_per_second:
      return speeds;
    case Unit::none:
      break;
  }
  return {};
}

/// The canonical name of the unit without a prefix.
std::string_view base_name(Unit unit) {
  for (const UnitName& name : names_of(unit))
    if (name.canonical && name.exponent == 0) return name.name;
  return "";
}

/// Other spellings of units, and the meaning of each: one unit, or either of two that people write alike.
struct Spellings {
  using Pair = std::pair<std::string, std::string>;
  std::map<std::string, std::string, std::less<>> one = {};
  std::map<std::string, Pair, std::less<>> either = {};
};

using Texts = std::initializer_list<std::string_view>;
std::string joined(std::string_view prefix, std::string_view stem) { return fmt::format("{}{}", prefix, stem); }

void add(Spellings& spellings, Texts prefixes, Texts stems, std::string_view unit) {
  for (const auto prefix : prefixes)
    for (const auto stem : stems) spellings.one[joined(prefix, stem)] = joined(prefix, unit);
}

Spellings duration_spellings() {
  Spellings result;
  add(result, {""}, {"sec", "secs", "second", "seconds"}, "s");
  add(result, {""}, {"msec", "msecs", "millisecond", "milliseconds"}, "ms");
  add(result, {""}, {"usec", "usecs", "microsecond", "microseconds"}, "us");
  add(result, {""}, {"nsec", "nsecs", "nanosecond", "nanoseconds"}, "ns");
  add(result, {""}, {"mins", "minute", "minutes"}, "min");
  add(result, {""}, {"hr", "hrs", "hour", "hours"}, "h");
  result.either["m"] = {"min", "ms"};
  return result;
}

/// Bytes have a capital B and bits a small one, and a capital K before bytes is 1000 for some and 1024 for others.
Spellings size_spellings() {
  Spellings result;
  const auto bytes = {"byte", "bytes", "Byte", "Bytes"};
  for (const auto stem : bytes) add(result, {"", "k", "M", "G", "T", "Ki", "Mi", "Gi", "Ti"}, {stem}, "B");
  add(result, {"", "k", "M", "G", "T"}, {"bits"}, "bit");
  result.either["KB"] = {"kB", "KiB"};
  for (const auto stem : bytes) result.either[joined("K", stem)] = {"kB", "KiB"};
  const std::vector<Spellings::Pair> prefixes{{"", ""},   {"k", "k"}, {"K", "k"}, {"m", "M"}, {"M", "M"},
                                              {"g", "G"}, {"G", "G"}, {"t", "T"}, {"T", "T"}};
  for (const auto& [prefix, meant] : prefixes)
    result.either[joined(prefix, "b")] = {joined(meant, "bit"), joined(meant, "B")};
  return result;
}

/// As sizes. "mbps" in small or capital letters alone may mean bits or bytes, but "kbps" has the right letters.
Spellings rate_spellings() {
  Spellings result;
  const Texts bits{"bps", "b/s", "bits/s", "bit/sec", "bits/sec"};
  const Texts bytes{"Bps", "B/sec", "byte/s", "bytes/s", "Byte/s", "Bytes/s", "bytes/sec"};
  add(result, {"", "k", "M", "G", "T"}, bits, "bit/s");
  add(result, {"", "k", "M", "G", "T", "Ki", "Mi", "Gi", "Ti"}, bytes, "B/s");
  for (const auto stem : bits) result.one[joined("K", stem)] = "kbit/s";
  result.one["Kbit/s"] = "kbit/s";
  result.either["KB/s"] = {"kB/s", "KiB/s"};
  for (const auto stem : bytes) result.either[joined("K", stem)] = {"kB/s", "KiB/s"};
  const std::vector<Spellings::Pair> smalls{{"m", "M"}, {"g", "G"}, {"t", "T"}};
  for (const auto& [small, capital] : smalls) {
    for (const auto stem : {"bit/s", "bits/s"}) result.one[joined(small, stem)] = joined(capital, "bit/s");
    for (const auto stem : {"bps", "b/s"})
      result.either[joined(small, stem)] = {joined(capital, "bit/s"), joined(capital, "B/s")};
  }
  const std::vector<Spellings::Pair> capitals{{"", ""}, {"K", "k"}, {"M", "M"}, {"G", "G"}, {"T", "T"}};
  for (const auto& [capital, prefix] : capitals)
    result.either[joined(capital, "BPS")] = {joined(prefix, "bit/s"), joined(prefix, "B/s")};
  return result;
}

Spellings work_spellings() {
  Spellings result;
  add(result, {"", "k", "M", "G", "T", "P"}, {"FLOPs", "flop", "Flop"}, "FLOP");
  return result;
}

Spellings speed_spellings() {
  Spellings result;
  add(result, {"", "k", "M", "G", "T", "P"}, {"FLOPS", "FLOPs/s", "FLOP/sec", "flops", "flop/s", "Flops", "Flop/s"},
      "FLOP/s");
  return result;
}

const Spellings& spellings_of(Unit unit) {
  static const std::map<Unit, Spellings> all{{Unit::none, {}},
                                             {Unit::seconds, duration_spellings()},
                                             {Unit::bytes, size_spellings()},
                                             {Unit::bytes_per_second, rate_spellings()},
                                             {Unit::flops, work_spellings()},
                                             {Unit::flops_per_second, speed_spellings()}};
  return all.at(unit);
}

/// Whether a unit is of bits or of bytes, if its name shows that.
enum class Counted { bits, bytes, unknown };
Counted counted(std::string_view unit) {
  if (unit.find("bit") != unit.npos) return Counted::bits;
  if (unit.find('B') != unit.npos || unit.find("byte") != unit.npos) return Counted::bytes;
  return Counted::unknown;
}

/// The unit that was probably meant by an unknown one. Bits never replace bytes: that would be wrong by a factor of 8.
std::string nearest_unit(std::string_view name, Unit unit) {
  std::vector<std::string> valid;
  for (const UnitName& candidate : names_of(unit))
    if (counted(candidate.name) == Counted::unknown || counted(candidate.name) == counted(name))
      valid.emplace_back(candidate.name);
  return nearest_name(name, valid).value_or("");
}

bool is_space(char c) { return c == ' ' || c == '\t'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

/// A decimal number as written: digits with their point, and the power of ten after them.
struct Decimal {
  std::string_view digits;  ///< sign, digits, point
  int exponent = 0;
  std::string_view rest;  ///< the text after it
};

std::optional<Decimal> split_decimal(std::string_view text) {
  std::size_t end = text.starts_with('-') ? 1 : 0;
  const auto is_digit = [&](std::size_t k) { return k < text.size() && text[k] >= '0' && text[k] <= '9'; };
  if (!is_digit(end)) return std::nullopt;
  while (is_digit(end)) ++end;
  if (end < text.size() && text[end] == '.' && is_digit(end + 1))
    for (++end; is_digit(end);) ++end;
  Decimal result{.digits = text.substr(0, end), .exponent = 0, .rest = text.substr(end)};
  if (end < text.size() && (text[end] == 'e' || text[end] == 'E')) {
    std::size_t start = end + 1;
    if (start < text.size() && text[start] == '+') ++start;
    const auto [stop, error] = std::from_chars(text.data() + start, text.data() + text.size(), result.exponent);
    if (error == std::errc{}) result.rest = text.substr(static_cast<std::size_t>(stop - text.data()));
  }
  return result;
}

/// The double nearest to digits · 10^exponent; infinite if there is none.
double nearest_double(const Decimal& decimal, int shift) {
  const std::string text = fmt::format("{}e{}", decimal.digits, decimal.exponent + shift);
  double value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range) return decimal.exponent > 0 ? HUGE_VAL : 0.0;
  return value;
}

/// `digits` with the point after the first `places` of them; `places` may be beyond either end.
std::string with_point(std::string digits, int places) {
  if (places <= 0) return "0." + std::string(static_cast<std::size_t>(-places), '0') + digits;
  const auto before = static_cast<std::size_t>(places);
  if (digits.size() < before) digits.append(before - digits.size(), '0');
  if (digits.size() > before) digits.insert(before, ".");
  return digits;
}

/// The shortest decimal that reads back as `value` > 0: its digits without a point, and the power of ten of the first.
struct Shortest {
  std::string digits;
  int exponent = 0;
};

Shortest shortest(double value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific).ptr;
  const std::string_view written{text.data(), static_cast<std::size_t>(end - text.data())};
  const std::size_t e = written.find('e');
  Shortest result;
  for (const char c : written.substr(0, e))
    if (c != '.') result.digits += c;
  const std::size_t first = written[e + 1] == '+' ? e + 2 : e + 1;
  std::from_chars(written.data() + first, written.data() + written.size(), result.exponent);
  return result;
}

}  // namespace

std::variant<double, NotAQuantity> parse_quantity(std::string_view text, Unit unit) {
  const auto decimal = split_decimal(trimmed(text));
  if (!decimal) return NotAQuantity{.why = "does not begin with a number"};
  const std::string_view name = trimmed(decimal->rest);
  if (unit != Unit::none && name.empty()) return NotAQuantity{.why = "has no unit"};

  const Spellings& spellings = spellings_of(unit);
  if (const auto two = spellings.either.find(name); two != spellings.either.end())
    return NotAQuantity{.why = fmt::format("has the unit \"{}\", which may mean \"{}\" or \"{}\"", name,
                                           two->second.first, two->second.second)};
  const auto other = spellings.one.find(name);
  const std::string_view meant = other == spellings.one.end() ? name : std::string_view{other->second};
  UnitName found{.name = ""};
  for (const UnitName& candidate : names_of(unit))
    if (candidate.name == meant) found = candidate;
  if (found.name != meant)
    return NotAQuantity{
        .why = unit == Unit::none ? "is not a number" : fmt::format("has the unknown unit \"{}\"", name),
        .nearest_unit = nearest_unit(name, unit)};
  const double value = nearest_double(*decimal, found.exponent) * found.factor;
  if (!std::isfinite(value)) return NotAQuantity{.why = "is too large"};
  return value;
}

std::string write_quantity(double value, Unit unit) {
  if (unit == Unit::none) return fmt::format("{}", value);
  if (value < 0) return "-" + write_quantity(-value, unit);
  if (value == 0) return fmt::format("0 {}", base_name(unit));

  const double factor = unit == Unit::bytes_per_second ? byte_per_bit : 1;
  const auto [digits, exponent] = shortest(value / factor);
  UnitName chosen{.name = ""};
  for (const UnitName& name : names_of(unit))
    if (name.canonical && (chosen.name.empty() || name.exponent <= exponent)) chosen = name;
  const int places = exponent - chosen.exponent + 1;
  if (places < -4 || places > 15)
    return fmt::format("{}e{} {}", with_point(digits, 1), exponent - chosen.exponent, chosen.name);
  return fmt::format("{} {}", with_point(digits, places), chosen.name);
}

std::string write_rounded(double value, Unit unit) {
  return write_quantity(std::stod(fmt::format("{:.4g}", value)), unit);
}

QuantityWords quantity_words(Unit unit) {
  switch (unit) {
    case Unit::seconds:
      return {"a duration", "2 ms"};
    case Unit::bytes:
      return {"a size", "100 kB"};
    case Unit::bytes_per_second:
      return {"a rate", "1 Gbit/s"};
    case Unit::flops:
      return {"an amount of arithmetic", "1 GFLOP"};
    case Unit::flops_per_second:
      return {"a rate of arithmetic", "10 TFLOP/s"};
    case Unit::none:
      break;
  }
  return {"a number", "0.5"};
}

}  // namespace gossamer
