#include "experiments/sweep/search.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace gossamer {
namespace {

/// A value that people can read: with four digits, or an integer.
double readable_value(double value, const SearchRange& range) {
  if (range.integers) return std::round(value);
  const double unit = std::pow(10, std::floor(std::log10(value)) - 3);
  const double value_in_units = std::round(value / unit);
  // Division by a power of ten gives the double nearest to the decimal number; multiplication by a negative one may not.
  return unit < 1 ? value_in_units / std::round(1 / unit) : value_in_units * unit;
}

/// An objective of which each value is computed once.
class Memory {
 public:
  Memory(const SearchRange& range, const std::function<double(double)>& objective)
      : range_{range}, objective_{objective} {}

  /// At e^x.
  double at(double x) {
    const double value = readable_value(std::clamp(std::exp(x), range_.from, range_.to), range_);
    const auto known = known_.find(value);
    if (known != known_.end()) return known->second;
    tried_.push_back(value);
    return known_[value] = objective_(value);
  }

  SearchResult best() const {
    const auto best = std::min_element(known_.begin(), known_.end(),
                                       [](const auto& a, const auto& b) { return a.second < b.second; });
    return {.value = best->first, .edge = best == known_.begin() || best == std::prev(known_.end()), .tried = tried_};
  }

 private:
  const SearchRange& range_;
  const std::function<double(double)>& objective_;
  std::map<double, double> known_;
  std::vector<double> tried_;
};

}  // namespace

SearchResult least(const SearchRange& range, int grid, const std::function<double(double)>& objective) {
  Memory memory{range, objective};
  const double first = std::log(range.from), last = std::log(range.to), step = (last - first) / (grid - 1);
  int best = 0;
  double least_so_far = std::numeric_limits<double>::infinity();
  for (int k = 0; k < grid; ++k) {
    const double value = memory.at(first + k * step);
    if (value >= least_so_far) continue;
    least_so_far = value;
    best = k;
  }
  double low = std::max(first, first + (best - 1) * step), high = std::min(last, first + (best + 1) * step);
  const double golden = (std::sqrt(5.0) - 1) / 2;
  double left = high - golden * (high - low), right = low + golden * (high - low);
  while (high - low > std::log(range.tolerance)) {
    if (memory.at(left) <= memory.at(right)) {
      high = right;
      right = left;
      left = high - golden * (high - low);
    } else {
      low = left;
      left = right;
      right = low + golden * (high - low);
    }
  }
  return memory.best();
}

SearchResult largest(const SearchRange& range, const std::function<bool(double)>& holds) {
  SearchResult result{.value = range.from, .edge = true, .tried = {}};
  const auto holds_at = [&](double x) {
    const double value = readable_value(std::clamp(std::exp(x), range.from, range.to), range);
    result.tried.push_back(value);
    if (!holds(value)) return false;
    result.value = value;
    return true;
  };
  double low = std::log(range.from), high = std::log(range.to);
  if (!holds_at(low) || holds_at(high)) return result;
  result.edge = false;
  const auto is_done = [&] {
    return range.integers ? std::round(std::exp(high)) - std::round(std::exp(low)) <= 1
                          : high - low <= std::log(range.tolerance);
  };
  while (!is_done()) {
    const double middle = (low + high) / 2;
    (holds_at(middle) ? low : high) = middle;
  }
  return result;
}

}  // namespace gossamer
