#include "sim/compute/law_fit.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include "sim/compute/laws.hpp"
#include "sim/compute/registry.hpp"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

constexpr int count = 4000;

std::vector<double> sample(const StepTimes& law) {
  std::vector<double> seconds;
  for (std::uint64_t k = 0; k < count; ++k) seconds.push_back(law.duration(0, k, Seconds{0}).count());
  return seconds;
}

double value(const LawFit& fit, const char* name) { return std::get<double>(fit.values.find(name)->second); }

// Kolmogorov's law: with the true settings √n sup |F_n − F| exceeds 1.95 once in a thousand; fitted ones are nearer.
const double near = 1.95 / std::sqrt(static_cast<double>(count));

TEST_CASE("The fit finds the law from which steps were drawn, with its settings") {
  // Standard errors with n = 4000: of an exponential's mean 1/√n = 1.6 %, of a logarithm's deviation 1/√(2n) = 1.1 %,
  // of a lognormal mean about σ/√n = 0.5 %. The tolerances are five of them.
  const LawFit exponential = fit_laws(sample(*step_times(ExponentialStep{.mean = 10ms}, 1))).front();
  CHECK(exponential.entry->name == "exponential");
  CHECK(value(exponential, "mean") == doctest::Approx(10e-3).epsilon(0.08));
  CHECK(exponential.distance < near);

  const LawFit shifted = fit_laws(sample(*step_times(ShiftedExponentialStep{.shift = 8ms, .tail = 2ms}, 1))).front();
  CHECK(shifted.entry->name == "shifted_exponential");
  CHECK(value(shifted, "shift") == doctest::Approx(8e-3).epsilon(0.001));  // the least of n is tail/n above it
  CHECK(value(shifted, "tail") == doctest::Approx(2e-3).epsilon(0.08));
  CHECK(shifted.distance < near);

  const LawFit lognormal = fit_laws(sample(*step_times(LognormalStep{.mean = 10ms, .sigma = 0.3}, 1))).front();
  CHECK(lognormal.entry->name == "lognormal");
  CHECK(value(lognormal, "mean") == doctest::Approx(10e-3).epsilon(0.025));
  CHECK(value(lognormal, "sigma") == doctest::Approx(0.3).epsilon(0.055));
  CHECK(lognormal.distance < near);
}

TEST_CASE("Steps that hardly vary are constant, others are not") {
  std::vector<double> seconds = sample(*step_times(LognormalStep{.mean = 7ms, .sigma = 0.005}, 1));
  CHECK(fit_laws(seconds).front().entry->name == "constant");
  CHECK(value(fit_laws(seconds).front(), "step") == doctest::Approx(7e-3).epsilon(0.001));
  CHECK(fit_laws(sample(*step_times(LognormalStep{.mean = 7ms, .sigma = 0.02}, 1))).back().entry->name == "constant");
  CHECK(fit_laws(std::vector<double>(10, 7e-3)).front().entry->name == "constant");
}

TEST_CASE("Every fit has the entry of its law, with a value for each setting inside its range") {
  for (const LawFit& fit : fit_laws(std::vector<double>{1e-3, 2e-3, 4e-3})) {
    CAPTURE(fit.entry->name);
    CHECK(fit.values.size() == fit.entry->settings.size());
    for (const Setting& setting : fit.entry->settings) CHECK(setting.range.contains(value(fit, setting.name.c_str())));
    CHECK(fit.entry->make(fit.values, {.nodes = 2})->duration(0, 0, Seconds{0}).count() > 0);
  }
}

TEST_CASE("Likelihood, criterion and distance are those of the formulas") {
  // Exponential with mean 2 ms from 1, 2, 3 ms: L = −3 (log 0.002 + 1); the distribution's largest gap to the sample's
  // steps is at 1 ms: 1 − exp(−0.5) = 0.3935 against 0.
  const auto fits = fit_laws(std::vector<double>{3e-3, 1e-3, 2e-3});
  const auto fit =
      std::find_if(fits.begin(), fits.end(), [](const LawFit& f) { return f.entry->name == "exponential"; });
  CHECK(fit->log_likelihood == doctest::Approx(-3 * (std::log(0.002) + 1)));
  CHECK(fit->information == doctest::Approx(2 + 6 * (std::log(0.002) + 1)));
  CHECK(fit->distance == doctest::Approx(1 - std::exp(-0.5)));
}

TEST_CASE("One step time is too few for a fit") {
  CHECK_THROWS_AS(fit_laws(std::vector<double>{1e-3}), std::invalid_argument);
}

}  // namespace
}  // namespace gossamer
