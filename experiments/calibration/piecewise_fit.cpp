#include "experiments/calibration/piecewise_fit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <Eigen/Dense>
#include <boost/math/distributions/students_t.hpp>

namespace gossamer {
namespace {

constexpr double least_slope = 1e-15;  // a petabyte per second, where noise hides any slope
constexpr double infinity = std::numeric_limits<double>::infinity();

/// A line fitted to samples, with the sum of squared relative residuals.
struct Line {
  double latency = 0;
  double slope = least_slope;
  double squares = 0;
  Eigen::Matrix2d inverse = Eigen::Matrix2d::Zero();  ///< inverse of the normal equations' matrix
};

double relative_squares(std::span<const MessageSample> samples, double latency, double slope) {
  double sum = 0;
  for (const auto& [size, seconds] : samples) {
    const double residual = 1 - (latency + slope * size) / seconds;
    sum += residual * residual;
  }
  return sum;
}

/// Least squares of 1 = (α + s/B)/t. Sizes are scaled to keep the digits of the normal equations.
Line fit_line(std::span<const MessageSample> samples) {
  const double scale = samples.back().size;
  Eigen::Matrix2d normal = Eigen::Matrix2d::Zero();
  Eigen::Vector2d right = Eigen::Vector2d::Zero();
  for (const auto& [size, seconds] : samples) {
    const Eigen::Vector2d row = Eigen::Vector2d{1, size / scale} / seconds;
    normal += row * row.transpose();
    right += row;
  }
  const Eigen::Vector2d solution = normal.ldlt().solve(right);
  Line line{.latency = solution[0], .slope = solution[1] / scale};
  const Eigen::DiagonalMatrix<double, 2> unscaled{1, 1 / scale};
  line.inverse = unscaled * normal.inverse() * unscaled;
  if (line.slope < least_slope) {
    line.slope = least_slope;
    line.latency = right[0] / normal(0, 0);
    line.inverse = Eigen::Vector2d{1 / normal(0, 0), 0}.asDiagonal();
  }
  line.squares = relative_squares(samples, line.latency, line.slope);
  return line;
}

/// The best ends of segments for every number of segments.
class Division {
 public:
  Division(std::span<const MessageSample> samples, const SegmentRules& rules)
      : samples_{samples},
        fewest_{static_cast<std::size_t>(rules.fewest_samples)},
        most_{std::min(static_cast<std::size_t>(rules.most_segments), samples.size() / fewest_)} {
    const auto n = static_cast<Eigen::Index>(samples.size());
    cost_.setConstant(static_cast<Eigen::Index>(most_) + 1, n + 1, infinity);
    begin_.setZero(static_cast<Eigen::Index>(most_) + 1, n + 1);
    cost_(0, 0) = 0;
    for (std::size_t end = fewest_; end <= samples.size(); ++end) extend(end);
  }

  std::size_t most() const { return most_; }
  double squares(std::size_t segments) const {
    return cost_(static_cast<Eigen::Index>(segments), static_cast<Eigen::Index>(samples_.size()));
  }
  /// The first sample of each segment, then the number of samples.
  std::vector<std::size_t> bounds(std::size_t segments) const {
    std::vector<std::size_t> result{samples_.size()};
    for (std::size_t k = segments; k > 0; --k)
      result.push_back(begin_(static_cast<Eigen::Index>(k), static_cast<Eigen::Index>(result.back())));
    std::reverse(result.begin(), result.end());
    return result;
  }

 private:
  /// The best last segment that ends before sample `end`, for every number of segments.
  void extend(std::size_t end) {
    const auto column = static_cast<Eigen::Index>(end);
    for (std::size_t begin = 0; begin + fewest_ <= end; ++begin) {
      const double squares = fit_line(samples_.subspan(begin, end - begin)).squares;
      for (Eigen::Index k = 1; k < cost_.rows(); ++k) {
        const double cost = cost_(k - 1, static_cast<Eigen::Index>(begin)) + squares;
        if (cost >= cost_(k, column)) continue;
        cost_(k, column) = cost;
        begin_(k, column) = begin;
      }
    }
  }

  std::span<const MessageSample> samples_;
  std::size_t fewest_;
  std::size_t most_;
  Eigen::MatrixXd cost_;  ///< squared residuals by number of segments and number of samples
  Eigen::Matrix<std::size_t, Eigen::Dynamic, Eigen::Dynamic> begin_;
};

std::size_t best_number(const Division& division, double samples, double precision) {
  std::size_t best = 1;
  double least = infinity;
  for (std::size_t k = 1; k <= division.most(); ++k) {
    const double criterion = samples * std::log(division.squares(k) / samples + precision * precision) +
                             (3 * static_cast<double>(k) - 1) * std::log(samples);
    if (criterion >= least) continue;
    least = criterion;
    best = k;
  }
  return best;
}

LineSegment segment(std::span<const MessageSample> samples, std::size_t first, std::size_t end) {
  const Line line = fit_line(samples.subspan(first, end - first));
  const auto count = static_cast<double>(end - first);
  const double variance = line.squares / (count - 2);
  const double t = boost::math::quantile(boost::math::students_t{count - 2}, 0.975);
  return {.first = first,
          .end = end,
          .up_to = infinity,
          .latency = line.latency,
          .slope = line.slope,
          .latency_error = t * std::sqrt(variance * line.inverse(0, 0)),
          .slope_error = t * std::sqrt(variance * line.inverse(1, 1)),
          .residual = std::sqrt(line.squares / count)};
}

/// The size at which one line ends and the next begins, between the last sample of the first and the first sample of
/// the second.
double border(const LineSegment& before, const LineSegment& after, double last, double next) {
  const double crossing = (after.latency - before.latency) / (before.slope - after.slope);
  if (crossing >= last && crossing < next) return std::floor(crossing);
  return after.at(last) > 0 ? last : next - 1;
}

}  // namespace

double PiecewiseFit::at(double size) const {
  for (const LineSegment& segment : segments)
    if (size <= segment.up_to) return segment.at(size);
  return segments.back().at(size);
}

PiecewiseFit fit_segments(std::span<const MessageSample> samples, const SegmentRules& rules) {
  if (samples.size() < static_cast<std::size_t>(rules.fewest_samples))
    throw NetworkError{fmt::format("{} sizes are too few to fit a line to: at least {} are needed", samples.size(),
                                   rules.fewest_samples)};
  const Division division{samples, rules};
  const auto count = static_cast<double>(samples.size());
  const std::size_t number = best_number(division, count, rules.precision);
  const auto bounds = division.bounds(number);
  PiecewiseFit fit;
  for (std::size_t k = 0; k < number; ++k) fit.segments.push_back(segment(samples, bounds[k], bounds[k + 1]));
  for (std::size_t k = 0; k + 1 < number; ++k) {
    LineSegment &before = fit.segments[k], &after = fit.segments[k + 1];
    before.up_to = border(before, after, samples[before.end - 1].size, samples[after.first].size);
    after.jump = after.at(before.up_to) - before.at(before.up_to);
  }
  fit.residual = std::sqrt(division.squares(number) / count);
  return fit;
}

std::size_t rendezvous_segment(const PiecewiseFit& fit) {
  for (std::size_t k = 1; k < fit.segments.size(); ++k) {
    const double jump = fit.segments[k].jump;
    if (jump >= fit.segments.front().latency / 2 && jump >= fit.segments[k - 1].at(fit.segments[k - 1].up_to) / 5)
      return k;
  }
  return fit.segments.size();
}

}  // namespace gossamer
