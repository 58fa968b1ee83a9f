#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "sim/network/network.hpp"

namespace gossamer {

/// The time of a message of `size` bytes.
struct MessageSample {
  double size = 0;
  double seconds = 0;
};

/// A line t(s) = α + s/B over samples of neighboring sizes.
struct LineSegment {
  std::size_t first = 0;  ///< its samples are [first, end)
  std::size_t end = 0;
  double up_to = 0;          ///< the largest size of the segment; infinite for the last segment
  double latency = 0;        ///< α in seconds, the line's value at zero bytes; may be negative
  double slope = 0;          ///< 1/B > 0, seconds per byte
  double latency_error = 0;  ///< half of the 95 % confidence interval
  double slope_error = 0;
  double residual = 0;  ///< root mean square of the relative residuals
  double jump = 0;  ///< t at the beginning of this segment minus t at the end of the segment before; 0 for the first

  double at(double size) const { return latency + slope * size; }
};

/// Limits of the fit.
struct SegmentRules {
  int most_segments = 6;
  int fewest_samples = 4;    ///< in each segment
  double precision = 0.005;  ///< relative deviations well below this do not justify another segment
};

struct PiecewiseFit {
  std::vector<LineSegment> segments;
  double residual = 0;  ///< root mean square of all relative residuals

  double at(double size) const;
};

/// Fits lines over ranges of sizes. Neighboring lines need not meet. The fit finds the number of lines and the ends of
/// the ranges.
///
/// Minimizes Σ ((t_i − α_k − s_i/B_k) / t_i)². Errors are relative, so that small and large messages count equally. For
/// each number of segments K dynamic programming finds the best ends among the samples (Bellman, "On the approximation
/// of curves by line segments using dynamic programming", CACM 4(6), 1961). K minimizes the Bayesian information
/// criterion N ln(RSS/N + precision²) + (3K − 1) ln N (Schwarz, Annals of Statistics 6(2), 1978). Two neighboring lines
/// change at their crossing, if they cross between the samples that they were fitted to; otherwise the first line is
/// valid up to its last sample. Confidence intervals are those of weighted least squares with Student's t on the
/// residuals of each segment.
/// Errors  samples must ascend by size, with seconds > 0. Throws NetworkError if there are fewer samples than one
///         segment needs.
PiecewiseFit fit_segments(std::span<const MessageSample> samples, const SegmentRules& rules = {});

/// The first segment whose messages are announced before they are sent, which costs latencies before the first byte. It
/// is the first segment that begins with a jump of at least half of the first segment's latency and a fifth of the time
/// itself. Returns the number of segments if there is none.
std::size_t rendezvous_segment(const PiecewiseFit& fit);

}  // namespace gossamer
