#pragma once
#include <span>
#include <string>
#include <vector>

#include "sim/settings.hpp"

namespace gossamer {

/// A law of step times whose settings were found from measured ones.
struct LawFit {
  std::string name;           ///< of its entry in `step_time_laws`
  Values values;              ///< of all its settings
  double log_likelihood = 0;  ///< of the sample
  double information = 0;     ///< Akaike's criterion, 2 · settings − 2 · log-likelihood: the least is the best
  double distance = 0;        ///< Kolmogorov and Smirnov's: sup |F_sample − F_law|
};

/// The laws of independent steps that are the same on every node, each with the settings of maximum likelihood, best
/// first by Akaike's criterion (Akaike, IEEE Transactions on Automatic Control 19(6), 1974).
///
/// Exponential: the mean. Shifted exponential: the minimum, and the mean above it. Lognormal: mean and deviation of the
/// logarithm. A minimum, which is known to 1/n rather than 1/√n, counts as ln n settings. A constant has no density to
/// compare: it comes first where the standard deviation is below 1 % of the mean, else last, with the median as its
/// step. Takes at least 2 positive times in seconds; throws std::invalid_argument for fewer.
std::vector<LawFit> fit_laws(std::span<const double> seconds);

}  // namespace gossamer
