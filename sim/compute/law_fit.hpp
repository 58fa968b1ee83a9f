#pragma once
#include <span>
#include <vector>

#include "sim/compute/registry.hpp"
#include "sim/ground/settings.hpp"

namespace gossamer {

/// A law of step times with settings that were fitted to measured step times.
struct LawFit {
  const StepTimeLawEntry* entry = nullptr;  ///< of the registry
  Values values;                            ///< values of all its settings
  double log_likelihood = 0;                ///< log-likelihood of the sample
  double information = 0;  ///< Akaike's criterion, 2 · settings − 2 · log-likelihood: the lowest is the best
  double distance = 0;     ///< Kolmogorov and Smirnov's: sup |F_sample − F_law|
};

/// Fits all laws whose entries have a fit, each by maximum likelihood. The result is sorted
/// by Akaike's criterion, best first (Akaike, IEEE Transactions on Automatic Control 19(6), 1974).
///
/// Exponential: the mean. Shifted exponential: the minimum, and the mean above it. Lognormal: mean and standard
/// deviation of the logarithm. A minimum counts as ln n settings, because it is known to 1/n instead of 1/√n. A
/// constant has no density to compare: it comes first if the standard deviation is below 1 % of the mean, otherwise
/// last; its step is the median.
/// Units   seconds > 0, at least 2 values.
/// Cost    O(n log n) for n values: the sample is sorted.
/// Errors  throws std::invalid_argument for fewer than 2 values.
std::vector<LawFit> fit_laws(std::span<const double> seconds);

// The fits of single laws, for their entries.
LawFit fit_exponential(const StepTimeLawEntry& entry, std::span<const double> sorted);
LawFit fit_shifted_exponential(const StepTimeLawEntry& entry, std::span<const double> sorted);
LawFit fit_lognormal(const StepTimeLawEntry& entry, std::span<const double> sorted);
LawFit fit_constant(const StepTimeLawEntry& entry, std::span<const double> sorted);

}  // namespace gossamer
