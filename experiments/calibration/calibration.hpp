#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "experiments/calibration/piecewise_fit.hpp"
#include "experiments/configuration/json.hpp"
#include "sim/compute/law_fit.hpp"
#include "sim/compute/laws.hpp"
#include "sim/network/models/piecewise.hpp"

namespace gossamer {

/// Times of one kind, in seconds: the median, and the quantiles that include nine times of ten.
struct Quantiles {
  double low = 0;
  double median = 0;
  double high = 0;
};
Quantiles quantiles_of(std::vector<double> seconds);
double mean_of(const std::vector<double>& seconds);

/// The measured times of messages of one size.
struct MessageTimes {
  double size = 0;
  Quantiles alone;                      ///< from one node to another
  std::optional<double> exchange = {};  ///< median of rounds in which two nodes send to each other at once
};

/// A measured time, and the time that the fitted model predicts.
struct Comparison {
  std::string what;  ///< "ring", "recursive_doubling", "stream"
  double size = 0;
  double measured = 0;
  double predicted = 0;

  double error() const { return predicted / measured - 1; }
};

/// Step times of a model, pooled over ranks.
struct StepSummary {
  std::size_t count = 0;
  double mean = 0;
  std::vector<std::pair<double, double>> quantiles = {};  ///< (fraction, seconds), ascending
  std::vector<LawFit> laws = {};                          ///< best first
};
StepSummary summary_of(const std::vector<double>& seconds);

/// The result of a calibration of a machine.
struct Calibration {
  int ranks = 0;
  std::string mpi;  ///< the library and its version
  std::vector<MessageTimes> messages = {};
  PiecewiseFit fit = {};
  Piecewise network = {};
  std::vector<Comparison> comparisons = {};

  // For a model, if one was given.
  std::optional<StepSummary> steps = {};
  Phases phases = {};
  Averaging averaging = {};
  double disturbance = 1;               ///< measured time over the time of usual samples; scales all times
  std::vector<Comparison> loops = {};   ///< rounds of training: measured, and predicted
  std::optional<double> slowdown = {};  ///< of messages in these loops; `network` includes it, `fit` does not
};

/// The network that the fit describes, with numbers rounded to five digits.
///
/// If both ends work on a message at the same time, an exchange takes 2 o. Hence ω is the median of E/(2 t) over the
/// sizes of a segment. If an exchange takes at most `full_duplex` times a message's time, processors are no bottleneck:
/// then ω = 0.
Piecewise network_of(const PiecewiseFit& fit, const std::vector<MessageTimes>& messages);
inline constexpr double full_duplex = 1.1;

/// A calibration beyond these limits is void: other programs have disturbed it. On a quiet machine message times follow
/// the segments within a few percent, and predictions of loops are within twelve percent. If other programs run, the
/// residuals and errors are 14 to 56 percent.
inline constexpr double most_residual = 0.15;     ///< root mean square of the relative residuals of message times
inline constexpr double most_disturbance = 1.25;  ///< of all training loops against their usual samples
inline constexpr double most_loop_error = 0.3;    ///< of the predicted time of any training loop

/// The reason why a calibration is void: the quantity, its value and its limit. Empty if no limit is exceeded.
std::string void_reason(const Calibration& calibration);

/// The file that an experiment's "machine" names: the blocks "network" and "compute", and the facts "calibration".
Json machine_json(const Calibration& calibration);

/// A report for readers: tables of sizes, segments, steps and comparisons.
std::string calibration_report(const Calibration& calibration);

}  // namespace gossamer
