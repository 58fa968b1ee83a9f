#pragma once
#include <functional>
#include <optional>

namespace gossamer {

/// A setting with the least guarantee among those tried.
struct BestSetting {
  double setting = 0;
  double value = 0;
  int tries = 0;
};

/// The minimum of a function of a number above 0, by doubling or halving from a first guess until the value rises on both
/// sides, and then by golden sections of the logarithm, to a relative 1e-3. The function has one minimum; infinity is a
/// value.
BestSetting best_positive(const std::function<double(double)>& value, double guess);

/// The same between two numbers, ends excluded, by a grid of nine points and golden sections around the best of them.
BestSetting best_between(const std::function<double(double)>& value, double low, double high);

}  // namespace gossamer
