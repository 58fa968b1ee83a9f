#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "experiments/json.hpp"
#include "sim/compute/law_fit.hpp"
#include "sim/compute/laws.hpp"
#include "sim/network/piecewise.hpp"
#include "sim/network/piecewise_fit.hpp"

namespace gossamer {

/// Times of one kind: the median, and the quantiles between which nine of ten lie. Seconds.
struct Spread90 {
  double low = 0;
  double median = 0;
  double high = 0;
};
Spread90 spread_of(std::vector<double> seconds);
double mean_of(const std::vector<double>& seconds);

/// What was measured of messages of one size.
struct MessageTimes {
  double size = 0;
  Spread90 alone;                       ///< from one node to another
  std::optional<double> exchange = {};  ///< median of rounds in which two nodes send to each other at once
};

/// A measured time beside what the fitted model says.
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
  std::vector<std::pair<double, double>> quantiles = {};  ///< (share, seconds), ascending
  std::vector<LawFit> laws = {};                          ///< best first
};
StepSummary summary_of(const std::vector<double>& seconds);

/// What a machine turned out to be.
struct Calibration {
  int ranks = 0;
  std::string mpi;  ///< the library and its version
  std::vector<MessageTimes> messages = {};
  PiecewiseFit fit = {};
  Piecewise network = {};
  std::vector<Comparison> comparisons = {};

  // Of a model, where one was given.
  std::optional<StepSummary> steps = {};
  Phases phases = {};
  Averaging averaging = {};
  double disturbance = 1;               ///< how much longer all took than usual stretches do, with which all is scaled
  std::vector<Comparison> loops = {};   ///< rounds of training, against what `network` and the best law predict
  std::optional<double> slowdown = {};  ///< of messages in these loops, with which `network` is slower than `fit`
};

/// The network that the fit describes, with numbers rounded to five digits.
///
/// Where both ends work on a message at the same time, an exchange takes 2 o, so that ω is the median of E/(2 t) over
/// the sizes of a segment. An exchange that takes no more than `full_duplex` times a message's time says only that
/// processors are no bottleneck: then ω = 0.
Piecewise network_of(const PiecewiseFit& fit, const std::vector<MessageTimes>& messages);
inline constexpr double full_duplex = 1.1;

/// A calibration beyond these limits is void: other programs have disturbed it. On a quiet machine message times keep
/// to segments within a few percent, and loops are predicted within twelve. Next to other programs the residuals and
/// errors are 14 to 56 percent.
inline constexpr double most_residual = 0.15;     ///< root mean square of the relative residuals of message times
inline constexpr double most_disturbance = 1.25;  ///< of all training loops against their usual stretches, either way
inline constexpr double most_loop_error = 0.3;    ///< of the predicted time of any training loop

/// The reason why a calibration is void: the quantity, its value and its limit. Empty if all limits are kept.
std::string void_reason(const Calibration& calibration);

/// The file that an experiment's "machine" names: the blocks "network" and "compute", and the facts "calibration".
Json machine_json(const Calibration& calibration);

/// The same for people: tables of sizes, segments, steps and comparisons.
std::string calibration_report(const Calibration& calibration);

}  // namespace gossamer
