#pragma once
#include <cmath>

namespace gossamer {

/// A number of 106 bits, stored as the unevaluated sum of two doubles. It serves running sums and clocks: their terms
/// may differ by many orders of magnitude, or they grow during the whole run while only differences matter.
///
/// Sums and products are within 2⁻¹⁰⁴ of the exact ones, relatively to the larger operand. Sums: Knuth, "The Art of
/// Computer Programming", volume 2, 4.2.2, theorem B. Products: Dekker, "A floating-point technique for extending the
/// available precision", Numerische Mathematik 18, 1971, with a fused multiply-add for the rest of a product.
class DoubleDouble {
 public:
  constexpr DoubleDouble() = default;
  constexpr DoubleDouble(double value) : high_{value} {}  // NOLINT: every double is one

  /// a b, exactly.
  static DoubleDouble product(double a, double b) {
    const double high = a * b;
    return {high, std::fma(a, b, -high)};
  }

  double value() const { return high_; }  ///< the nearest double

  DoubleDouble& operator+=(double x) {
    const auto [sum, rest] = exact_sum(high_, x);
    return *this = normal(sum, rest + low_);
  }
  DoubleDouble& operator+=(const DoubleDouble& x) {
    const auto [sum, rest] = exact_sum(high_, x.high_);
    const auto [low_sum, low_rest] = exact_sum(low_, x.low_);
    const DoubleDouble first = normal(sum, rest + low_sum);
    return *this = normal(first.high_, first.low_ + low_rest);
  }
  DoubleDouble& operator-=(double x) { return *this += -x; }
  DoubleDouble& operator-=(const DoubleDouble& x) { return *this += -x; }
  DoubleDouble operator-() const { return {-high_, -low_}; }

  DoubleDouble& operator*=(double x) {
    const DoubleDouble first = product(high_, x);
    return *this = normal(first.high_, first.low_ + low_ * x);
  }
  DoubleDouble& operator/=(double x) {
    const double quotient = high_ / x;
    const DoubleDouble rest = *this - product(quotient, x);
    return *this = normal(quotient, rest.value() / x);
  }

  friend DoubleDouble operator+(DoubleDouble a, const DoubleDouble& b) { return a += b; }
  friend DoubleDouble operator-(DoubleDouble a, const DoubleDouble& b) { return a -= b; }
  friend DoubleDouble operator*(DoubleDouble a, double b) { return a *= b; }
  friend DoubleDouble operator/(DoubleDouble a, double b) { return a /= b; }

  friend bool operator==(const DoubleDouble& a, const DoubleDouble& b) {
    return a.high_ == b.high_ && a.low_ == b.low_;
  }
  friend bool operator<(const DoubleDouble& a, const DoubleDouble& b) {
    return a.high_ != b.high_ ? a.high_ < b.high_ : a.low_ < b.low_;
  }

 private:
  struct Parts {
    double sum = 0;
    double rest = 0;
  };
  constexpr DoubleDouble(double high, double low) : high_{high}, low_{low} {}

  /// a + b, rounded, and the rounding error.
  static constexpr Parts exact_sum(double a, double b) {
    const double sum = a + b;
    const double of_b = sum - a;
    return {sum, (a - (sum - of_b)) + (b - of_b)};
  }
  /// The sum of both, for |low| at most about half a unit in the last place of `high`.
  static constexpr DoubleDouble normal(double high, double low) {
    const double sum = high + low;
    return {sum, low - (sum - high)};
  }

  double high_ = 0;
  double low_ = 0;
};

}  // namespace gossamer
