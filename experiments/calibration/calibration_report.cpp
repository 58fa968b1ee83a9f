#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "experiments/calibration/calibration.hpp"
#include "experiments/configuration/quantity.hpp"

namespace gossamer {
namespace {

/// A time with few digits and a unit, for readers.
std::string short_time(double seconds) { return write_rounded(seconds, Unit::seconds); }
std::string short_rate(double rate) { return write_rounded(rate, Unit::bytes_per_second); }
std::string size_text(double size) { return write_quantity(size, Unit::bytes); }
std::string percent(double share) { return fmt::format("{:+.1f} %", 100 * share); }

std::string message_table(const Calibration& calibration) {
  std::string text = fmt::format("messages\n  {:>14} {:>12} {:>25} {:>12} {:>9} {:>12}\n", "size", "median",
                                 "nine of ten", "fitted", "residual", "both ways");
  for (const MessageTimes& row : calibration.messages) {
    const double fitted = calibration.fit.at(row.size);
    text +=
        fmt::format("  {:>14} {:>12} {:>25} {:>12} {:>9} {:>12}\n", size_text(row.size), short_time(row.alone.median),
                    fmt::format("{} … {}", short_time(row.alone.low), short_time(row.alone.high)), short_time(fitted),
                    percent(row.alone.median / fitted - 1), row.exchange ? short_time(*row.exchange) : "");
  }
  return text;
}

/// The protocol of a segment; "eager" and "rendezvous" only if a jump separates them.
std::string protocol(const PiecewiseFit& fit, std::size_t segment) {
  const std::size_t rendezvous = rendezvous_segment(fit);
  if (rendezvous == fit.segments.size()) return "";
  return segment < rendezvous ? ", eager" : ", rendezvous";
}

std::string segment_table(const Calibration& calibration) {
  const PiecewiseFit& fit = calibration.fit;
  std::string text = fmt::format("segments: latency + bytes / bandwidth, 95 % confidence; residual {:.2f} % in all\n",
                                 100 * fit.residual);
  for (std::size_t k = 0; k < fit.segments.size(); ++k) {
    const LineSegment& line = fit.segments[k];
    const double least = line.slope + line.slope_error, most = line.slope - line.slope_error;
    text += fmt::format("  {}{}: latency {} ± {}, bandwidth {} ({} to {}), occupancy {:.2f}, residual {:.2f} %\n",
                        std::isfinite(line.up_to) ? "up to " + size_text(line.up_to) : "above", protocol(fit, k),
                        short_time(line.latency), short_time(line.latency_error), short_rate(1 / line.slope),
                        short_rate(1 / least), most > 0 ? short_rate(1 / most) : "any",
                        calibration.network.occupancy[k], 100 * line.residual);
  }
  text += fmt::format("  computing waits for {:.2f} of what messages occupy\n", calibration.network.interference);
  const Seconds attention = calibration.network.attention;
  if (attention > Seconds{0})
    text += fmt::format("  who computes notices messages {} later, or with the end of its step\n",
                        short_time(attention.count()));
  return text;
}

std::string comparison_table(std::string_view title, const std::vector<Comparison>& comparisons) {
  std::string text =
      fmt::format("{}\n  {:<20} {:>14} {:>12} {:>12} {:>9}\n", title, "", "size", "measured", "predicted", "error");
  for (const Comparison& row : comparisons)
    text += fmt::format("  {:<20} {:>14} {:>12} {:>12} {:>9}\n", row.what, size_text(row.size),
                        short_time(row.measured), short_time(row.predicted), percent(row.error()));
  return text;
}

std::string step_table(const StepSummary& steps) {
  std::string text = fmt::format("steps: {} of them, mean {}\n", steps.count, short_time(steps.mean));
  for (const auto& [share, seconds] : steps.quantiles)
    text += fmt::format("  {:>2.0f} %  {}\n", 100 * share, short_time(seconds));
  text += "laws by Akaike's criterion, with Kolmogorov and Smirnov's distance\n";
  for (const LawFit& law : steps.laws) {
    text += fmt::format("  {:<20} {:>14.1f} {:>8.4f} ", law.entry->name, law.information, law.distance);
    for (const Setting& setting : law.entry->settings) {
      const double value = std::get<double>(law.values.at(setting.name));
      text += fmt::format(" {} {}", setting.name,
                          setting.unit == Unit::seconds ? short_time(value) : fmt::format("{:.4f}", value));
    }
    text += '\n';
  }
  return text;
}

}  // namespace

std::string calibration_report(const Calibration& calibration) {
  std::string text = fmt::format("{} ranks, {}\n\n", calibration.ranks, calibration.mpi);
  text += message_table(calibration) + '\n' + segment_table(calibration) + '\n';
  text +=
      comparison_table("rounds of messages alone, against what the fitted segments predict", calibration.comparisons);
  if (calibration.steps) text += '\n' + step_table(*calibration.steps);
  const Averaging& averaging = calibration.averaging;
  if (std::isfinite(averaging.rate)) text += fmt::format("averaging at {}\n", short_rate(averaging.rate));
  if (averaging.cold_rate) text += fmt::format("averaging after many steps at {}\n", short_rate(*averaging.cold_rate));
  if (calibration.phases.unevenness > 0)
    text += fmt::format("steps take {:.1f} % longer in slow phases and as much less in fast ones, for {} steps each\n",
                        100 * calibration.phases.unevenness, calibration.phases.steps);
  if (!calibration.loops.empty())
    text += fmt::format("disturbances: {} of the time of usual stretches, contained in all that is said of training\n",
                        percent(calibration.disturbance - 1));
  if (calibration.slowdown)
    text += fmt::format("messages take {:.2f} times as long in training loops as alone\n", *calibration.slowdown);
  if (!calibration.loops.empty())
    text += '\n' + comparison_table("rounds of training, against what the machine file predicts", calibration.loops);
  return text;
}

}  // namespace gossamer
