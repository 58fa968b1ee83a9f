#pragma once
#include <cmath>
#include <cstdint>

#include <doctest/doctest.h>

namespace gossamer::testing {

/// A mean over independent samples, and one standard error of it.
struct Estimate {
  double mean;
  double error;
};

/// Of sample(0), …, sample(samples − 1).
template <class Sample>
Estimate estimate(int samples, Sample sample) {
  double sum = 0;
  double squares = 0;
  for (int k = 0; k < samples; ++k) {
    const double x = sample(static_cast<std::uint64_t>(k));
    sum += x;
    squares += x * x;
  }
  const double mean = sum / samples;
  return {mean, std::sqrt((squares / samples - mean * mean) / (samples - 1))};
}

/// Checks that a mean is the expected one within four standard errors: a correct one fails once in 16,000 seeds. The
/// error must be below `precision` of the mean, since a test with a large error proves little.
inline void check(const Estimate& measured, double expected, double precision = 0.01) {
  CAPTURE(measured.mean);
  CAPTURE(measured.error);
  CAPTURE(expected);
  CHECK(std::abs(measured.mean - expected) < 4 * measured.error);
  CHECK(measured.error < precision * std::abs(expected));
}

}  // namespace gossamer::testing
