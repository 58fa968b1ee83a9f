#include "experiments/proof/best_setting.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace gossamer {
namespace {

/// A function that counts its calls and keeps the best.
class Search {
 public:
  explicit Search(const std::function<double(double)>& value) : value_{value} {}

  double operator()(double x) {
    const double y = value_(x);
    if (best_.tries++ == 0 || y < best_.value) {
      best_.setting = x;
      best_.value = y;
    }
    return y;
  }
  const BestSetting& best() const { return best_; }

 private:
  const std::function<double(double)>& value_;
  BestSetting best_;
};

/// Golden sections of [low, high] until it is shorter than `width`.
template <class F>
void golden_sections(F&& value, double low, double high, double width) {
  constexpr double share = 1 / std::numbers::phi;
  double a = high - share * (high - low), b = low + share * (high - low);
  double at_a = value(a), at_b = value(b);
  while (high - low > width) {
    if (at_a < at_b) {
      high = std::exchange(b, a);
      at_b = at_a;
      a = high - share * (high - low);
      at_a = value(a);
    } else {
      low = std::exchange(a, b);
      at_a = at_b;
      b = low + share * (high - low);
      at_b = value(b);
    }
  }
}

}  // namespace

BestSetting best_positive(const std::function<double(double)>& value, double guess) {
  Search search{value};
  constexpr int most = 40;  // halvings: 10⁻¹² of the guess
  double at = search(guess), lower = search(guess / 2);
  double middle = guess;
  int moves = 0;
  if (lower < at || !std::isfinite(at)) {
    while ((lower < at || !std::isfinite(lower)) && moves++ < most) {
      middle /= 2;
      at = lower;
      lower = search(middle / 2);
    }
  } else {
    for (double upper = search(2 * middle); upper < at && moves++ < most; upper = search(2 * middle)) {
      middle *= 2;
      at = upper;
    }
  }
  const auto of_logarithm = [&search](double t) { return search(std::exp(t)); };
  golden_sections(of_logarithm, std::log(middle / 2), std::log(2 * middle), 1e-3);
  return search.best();
}

BestSetting best_between(const std::function<double(double)>& value, double low, double high) {
  Search search{value};
  constexpr int points = 9;
  const double step = (high - low) / points;
  for (int i = 0; i < points; ++i) search(low + (i + 0.5) * step);
  const double middle = search.best().setting;
  golden_sections(search, std::max(low, middle - step), std::min(high, middle + step), 1e-3 * (high - low));
  return search.best();
}

}  // namespace gossamer
