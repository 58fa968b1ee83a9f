#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <numbers>
#include <vector>

#include <doctest/doctest.h>

/// Exact means and variances of random times, from the probabilities to exceed them; and a check of draws against them.
namespace gossamer::testing {

/// P(T > t).
using Survival = std::function<double(double)>;

/// ∫_0^∞ f(t) dt by the trapezoidal rule in s, t = exp(π/2 sinh s): Takahasi, Mori, "Double exponential formulas for
/// numerical integration", Publ. RIMS 9, 1974. Good to twelve digits where f is smooth.
inline double integral(const std::function<double(double)>& f) {
  constexpr double h = 1.0 / 128;
  constexpr double half_pi = std::numbers::pi / 2;
  double sum = 0;
  for (double s = -4; s <= 4; s += h) {
    const double t = std::exp(half_pi * std::sinh(s));
    sum += f(t) * t * half_pi * std::cosh(s);
  }
  return h * sum;
}

struct Expectation {
  double mean = 0;
  double variance = 0;
};

/// Of from + T, with E[T] = ∫ P(T > t) dt and E[T²] = ∫ 2 t P(T > t) dt.
inline Expectation expectation(const Survival& survival, double from = 0) {
  const double mean = integral(survival);
  return {from + mean, integral([&](double t) { return 2 * t * survival(t); }) - mean * mean};
}

/// Of a count M with P(M ≤ m) = distribution[m].
inline Expectation expectation(const std::vector<double>& distribution) {
  double mean = 0;
  double squares = 0;
  for (std::size_t m = 0; m < distribution.size(); ++m) {
    mean += 1 - distribution[m];
    squares += (2 * static_cast<double>(m) + 1) * (1 - distribution[m]);
  }
  return {mean, squares - mean * mean};
}

/// Of a X + b.
inline Expectation scaled(Expectation x, double a, double b) { return {a * x.mean + b, a * a * x.variance}; }

/// P(slowest of n > t) = 1 − (1 − S)ⁿ, also where S is tiny.
inline Survival slowest(const Survival& survival, int n) {
  return [=](double t) { return -std::expm1(n * std::log1p(-survival(t))); };
}
inline std::vector<double> slowest(std::vector<double> distribution, int n) {
  for (double& p : distribution) p = std::pow(p, n);
  return distribution;
}

/// P(k-th smallest of n > t) = P(fewer than k of n are at most t).
inline Survival kth_smallest(const Survival& survival, int k, int n) {
  return [=](double t) {
    const double s = survival(t);
    double sum = 0;
    double choose = 1;
    for (int j = 0; j < k; ++j) {
      sum += choose * std::pow(1 - s, j) * std::pow(s, n - j);
      choose *= static_cast<double>(n - j) / (j + 1);
    }
    return sum;
  };
}

/// Checks that the mean of `draw(0)` … `draw(rounds − 1)`, which are independent, lies within four standard errors,
/// √(variance/rounds), of the expectation: a right law fails so once in 16,000 seeds.
inline void check_mean(const Expectation& expected, int rounds, const std::function<double(std::uint64_t)>& draw) {
  double sum = 0;
  for (int k = 0; k < rounds; ++k) sum += draw(static_cast<std::uint64_t>(k));
  CHECK(std::abs(sum / rounds - expected.mean) < 4 * std::sqrt(expected.variance / rounds));
}

}  // namespace gossamer::testing
