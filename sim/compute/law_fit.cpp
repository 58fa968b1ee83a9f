#include "sim/compute/law_fit.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <numeric>
#include <stdexcept>
#include <utility>

namespace gossamer {
namespace {

using Distribution = std::function<double(double)>;

constexpr double negligible_variation = 0.01;
constexpr double least_variation = 1e-9;  // for equal times, so that they have a density

double mean_of(std::span<const double> x) {
  return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
}

/// √(Σ (x − m)²/n), the maximum likelihood estimate.
double deviation_of(std::span<const double> x, double mean) {
  double squares = 0;
  for (const double value : x) squares += (value - mean) * (value - mean);
  return std::sqrt(squares / static_cast<double>(x.size()));
}

/// The largest distance between the sample's distribution function, on either side of a step, and the law's.
double distance(std::span<const double> sorted, const Distribution& law) {
  const auto n = static_cast<double>(sorted.size());
  double largest = 0;
  for (std::size_t k = 0; k < sorted.size(); ++k) {
    const double there = law(sorted[k]);
    largest = std::max({largest, there - static_cast<double>(k) / n, static_cast<double>(k + 1) / n - there});
  }
  return largest;
}

LawFit fitted(const StepTimeLawEntry& entry, Values values, double log_likelihood, std::span<const double> sorted,
              const Distribution& law) {
  const double information = 2 * (static_cast<double>(values.size()) - log_likelihood);
  return {&entry, std::move(values), log_likelihood, information, distance(sorted, law)};
}

/// −n (log τ + 1): the maximum log-likelihood of each law with an exponential part of mean τ.
double exponential_likelihood(double tail, std::size_t count) {
  return -static_cast<double>(count) * (std::log(tail) + 1);
}

}  // namespace

LawFit fit_exponential(const StepTimeLawEntry& entry, std::span<const double> sorted) {
  const double mean = mean_of(sorted);
  return fitted(entry, {{"mean", mean}}, exponential_likelihood(mean, sorted.size()), sorted,
                [=](double t) { return -std::expm1(-t / mean); });
}

LawFit fit_shifted_exponential(const StepTimeLawEntry& entry, std::span<const double> sorted) {
  const double shift = sorted.front();
  const double tail = std::max(mean_of(sorted) - shift, least_variation * shift);
  LawFit fit = fitted(entry, {{"shift", shift}, {"tail", tail}}, exponential_likelihood(tail, sorted.size()), sorted,
                      [=](double t) { return -std::expm1(-(t - shift) / tail); });
  // The minimum is known to 1/n: in a third of all samples without a shift it gains more than Akaike's charge of 1.
  fit.information += 2 * (std::log(static_cast<double>(sorted.size())) - 1);
  return fit;
}

LawFit fit_lognormal(const StepTimeLawEntry& entry, std::span<const double> sorted) {
  std::vector<double> logs(sorted.begin(), sorted.end());
  for (double& value : logs) value = std::log(value);
  const double mu = mean_of(logs);
  const double sigma = std::max(deviation_of(logs, mu), least_variation);
  const auto n = static_cast<double>(logs.size());
  const double likelihood = -n * (mu + std::log(sigma) + 0.5 * (std::log(2 * std::numbers::pi) + 1));
  return fitted(entry, {{"mean", std::exp(mu + sigma * sigma / 2)}, {"sigma", sigma}}, likelihood, sorted,
                [=](double t) { return 0.5 * std::erfc((mu - std::log(t)) / (sigma * std::numbers::sqrt2)); });
}

LawFit fit_constant(const StepTimeLawEntry& entry, std::span<const double> sorted) {
  const double median = sorted[sorted.size() / 2];
  const double mean = mean_of(sorted);
  const bool varies = deviation_of(sorted, mean) > negligible_variation * mean;
  const double likelihood = (varies ? -1 : 1) * std::numeric_limits<double>::infinity();
  return fitted(entry, {{"step", median}}, likelihood, sorted, [=](double t) { return t < median ? 0.0 : 1.0; });
}

std::vector<LawFit> fit_laws(std::span<const double> seconds) {
  if (seconds.size() < 2) throw std::invalid_argument{"a law of step times needs at least 2 of them"};
  std::vector<double> sorted(seconds.begin(), seconds.end());
  std::sort(sorted.begin(), sorted.end());
  std::vector<LawFit> fits;
  for (const StepTimeLawEntry& law : step_time_laws())
    if (law.fit) fits.push_back(law.fit(law, sorted));
  std::stable_sort(fits.begin(), fits.end(),
                   [](const LawFit& a, const LawFit& b) { return a.information < b.information; });
  return fits;
}

}  // namespace gossamer
