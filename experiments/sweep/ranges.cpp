#include "experiments/sweep/ranges.hpp"

#include <charconv>
#include <cmath>
#include <optional>
#include <system_error>

#include <fmt/format.h>

#include "experiments/configuration/complaint.hpp"
#include "experiments/configuration/json.hpp"

namespace gossamer {
namespace {

constexpr auto example = "a range such as 1..10, 1..64:x2, 0..1:+0.1 or \"0.1 ms..100 ms:x10\"";

/// A number at the beginning of a text, and the rest of the text without the spaces around it.
struct LeadingNumber {
  double number = 0;
  std::string_view rest;
};

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::optional<LeadingNumber> leading_number(std::string_view text) {
  text = trimmed(text);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || !std::isfinite(number)) return std::nullopt;
  return LeadingNumber{number, trimmed(text.substr(static_cast<std::size_t>(end - text.data())))};
}

struct Ends {
  LeadingNumber first;
  LeadingNumber last;
};

/// "a..b" without its step.
std::optional<Ends> ends_of(std::string_view text) {
  const std::size_t dots = text.find("..");
  if (dots == text.npos) return std::nullopt;
  const auto first = leading_number(text.substr(0, dots)), last = leading_number(text.substr(dots + 2));
  if (!first || !last) return std::nullopt;
  return Ends{*first, *last};
}

/// A number without the errors of the last digits that repeated addition makes: 0.3 and not 0.30000000000000004.
double rounded(double number) {
  const std::string text = fmt::format("{:.12g}", number);
  double result = 0;
  std::from_chars(text.data(), text.data() + text.size(), result);
  return result;
}

std::string written(double number, std::string_view unit) {
  const std::string text = fmt::format("{}", number);
  return unit.empty() ? text : quoted_json(fmt::format("{} {}", text, unit));
}

/// From one value to the next.
struct Stride {
  bool multiplies = false;
  double by = 1;

  double value(double first, int k) const { return rounded(multiplies ? first * std::pow(by, k) : first + by * k); }
};

Stride stride_of(std::string_view text, const Ends& ends, const Place& place) {
  Stride stride;
  if (!text.empty()) {
    stride.multiplies = text.front() == 'x';
    const auto number = leading_number(text.substr(text.front() == 'x' || text.front() == '+' ? 1 : 0));
    if (!number || !number->rest.empty())
      refuse(place, fmt::format("\"{}\" is not a step", std::string{text}), "\"x2\" for a factor, \"+0.1\" to add");
    stride.by = number->number;
  }
  const double first = ends.first.number, last = ends.last.number;
  const bool leads = stride.multiplies ? stride.by > 0 && stride.by != 1 && first * last > 0 &&
                                             (std::abs(last) >= std::abs(first)) == (stride.by > 1)
                                       : stride.by != 0 && (last >= first) == (stride.by > 0);
  if (!leads) refuse(place, fmt::format("this step does not lead from {} to {}", first, last), example);
  return stride;
}

}  // namespace

bool is_range(std::string_view text) { return ends_of(text.substr(0, text.rfind(':'))).has_value(); }

std::vector<std::string> values_of_range(std::string_view text, const Place& place) {
  constexpr std::size_t most = 10'000;
  const std::size_t colon = text.rfind(':');
  const auto ends = ends_of(text.substr(0, colon));
  if (!ends) refuse(place, fmt::format("\"{}\" is not a range", shortened(std::string{text})), example);
  const std::string_view unit = ends->last.rest;
  if (!ends->first.rest.empty() && ends->first.rest != unit)
    refuse(place, fmt::format("the ends have the units \"{}\" and \"{}\"", ends->first.rest, unit), "one unit");
  const Stride stride = stride_of(colon == text.npos ? "" : text.substr(colon + 1), *ends, place);
  const double last = ends->last.number, slack = 1e-9 * std::max(std::abs(last), std::abs(ends->first.number));
  std::vector<std::string> values;
  for (int k = 0;; ++k) {
    const double value = stride.value(ends->first.number, k);
    if (last >= ends->first.number ? value > last + slack : value < last - slack) return values;
    if (values.size() == most) refuse(place, fmt::format("the range has more than {} values", most), "fewer");
    values.push_back(written(value, unit));
  }
}

}  // namespace gossamer
