#include "experiments/calibration/step_samples.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "experiments/calibration/calibration.hpp"

namespace gossamer {
namespace {

constexpr double largest_unevenness = 0.5;
constexpr std::size_t fewest_for_length = 6;
constexpr double largest_correlation = 0.8;  // correlation of neighboring samples: phases of five periods

/// The variance of the mean of independent values.
double variance_of_mean(const std::vector<double>& values) {
  const double middle = mean_of(values);
  double sum = 0;
  for (const double x : values) sum += (x - middle) * (x - middle);
  return sum / (static_cast<double>(values.size()) * static_cast<double>(values.size()));
}

/// The relative differences of the mean steps of two ranks, sample by sample.
struct Differences {
  std::vector<double> seen;
  double by_chance = 0;  ///< expected mean square from independent steps alone
};

Differences differences(std::span<const StepSample> samples, std::size_t a, std::size_t b) {
  Differences result;
  for (const StepSample& ranks : samples) {
    const double middle = (mean_of(ranks[a]) + mean_of(ranks[b])) / 2;
    result.seen.push_back((mean_of(ranks[a]) - mean_of(ranks[b])) / middle);
    result.by_chance += (variance_of_mean(ranks[a]) + variance_of_mean(ranks[b])) / (middle * middle);
  }
  result.by_chance /= static_cast<double>(samples.size());
  return result;
}

/// Means over the samples of all pairs of ranks.
struct Sums {
  double distance = 0, chance = 0;     ///< means of |d|, and of d² by chance
  double square = 0, neighboring = 0;  ///< means of d_k², and of d_k d_(k+1)
};

Sums sums_of(std::span<const StepSample> samples) {
  Sums sums;
  const std::size_t ranks = samples.front().size(), n = samples.size();
  const double pairs = static_cast<double>(ranks * (ranks - 1) / 2), count = static_cast<double>(n);
  for (std::size_t a = 0; a < ranks; ++a)
    for (std::size_t b = a + 1; b < ranks; ++b) {
      const Differences pair = differences(samples, a, b);
      sums.chance += pair.by_chance / pairs;
      for (std::size_t k = 0; k < n; ++k) {
        sums.distance += std::abs(pair.seen[k]) / (count * pairs);
        sums.square += pair.seen[k] * pair.seen[k] / (count * pairs);
        if (k > 0) sums.neighboring += pair.seen[k] * pair.seen[k - 1] / ((count - 1) * pairs);
      }
    }
  return sums;
}

}  // namespace

std::vector<double> usual_steps(std::span<const StepSample> samples) {
  std::vector<std::vector<double>> all;
  for (const StepSample& ranks : samples) all.insert(all.end(), ranks.begin(), ranks.end());
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return mean_of(a) < mean_of(b); });
  const std::size_t left_out = all.size() / 4;
  const std::span chosen = std::span{all}.subspan(left_out, all.size() - 2 * left_out);
  std::vector<double> means;
  for (const auto& steps : chosen) means.push_back(mean_of(steps));
  const double common = mean_of(means);
  std::vector<double> result;
  for (std::size_t k = 0; k < chosen.size(); ++k)
    for (const double seconds : chosen[k]) result.push_back(seconds * common / means[k]);
  return result;
}

Phases phases_of(std::span<const StepSample> samples, Seconds period) {
  const Sums sums = sums_of(samples);
  // |d| is 0 or 2 u, each with probability 1/2. For a normal variable the mean of |d| is √(2/π) times its deviation.
  const double chance = 2 / std::numbers::pi * sums.chance;
  Phases result{.unevenness =
                    std::min(largest_unevenness, std::sqrt(std::max(0.0, sums.distance * sums.distance - chance)))};
  const double drifting = sums.square - sums.chance;
  if (samples.size() < fewest_for_length || result.unevenness == 0 || drifting <= 0) return result;
  const double alike = std::clamp(sums.neighboring / drifting, 0.0, largest_correlation);
  double step = 0;
  for (const StepSample& ranks : samples) step += mean_of(ranks.front()) / static_cast<double>(samples.size());
  result.steps = std::max(1L, std::lround(period.count() / (1 - alike) / step));
  return result;
}

double disturbance(std::span<const std::vector<double>> kinds) {
  double total = 0, undisturbed = 0;
  for (const auto& lengths : kinds) {
    total += std::accumulate(lengths.begin(), lengths.end(), 0.0);
    undisturbed += static_cast<double>(lengths.size()) * quantiles_of(lengths).median;
  }
  return total / undisturbed;
}

}  // namespace gossamer
