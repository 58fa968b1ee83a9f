#include "experiments/calibration/calibration.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "experiments/configuration/quantity.hpp"
#include "experiments/configuration/setting_text.hpp"
#include "sim/compute/registry.hpp"
#include "sim/network/registry.hpp"

namespace gossamer {
namespace {

constexpr double shown_shares[] = {0.05, 0.5, 0.95, 0.99};

/// The quantile: the given fraction of an ascending list is below it.
double quantile(const std::vector<double>& sorted, double share) {
  return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1) + 0.5)];
}

double rounded(double value) { return std::stod(fmt::format("{:.5g}", value)); }

double occupancy_of(const LineSegment& segment, const std::vector<MessageTimes>& messages) {
  std::vector<double> ratios;
  for (std::size_t k = segment.first; k < segment.end; ++k)
    if (messages[k].exchange) ratios.push_back(*messages[k].exchange / messages[k].alone.median);
  if (ratios.empty()) return 0;
  std::sort(ratios.begin(), ratios.end());
  const double ratio = quantile(ratios, 0.5);
  return ratio <= full_duplex ? 0 : std::min(1.0, rounded(ratio / 2));
}

/// A block in the form of a configuration.
template <class Registered>
Json block(const Registered& entry, const Values& values) {
  Json result = Json::object({{"kind", entry.name}});
  for (const Setting& setting : entry.settings)
    if (const auto value = values.find(setting.name); value != values.end())
      result[setting.name] = written(value->second, setting);
  return result;
}

Json network_block(const Piecewise& network) {
  const auto all_rounded = [](std::vector<double> values) {
    for (double& value : values) value = rounded(value);
    return values;
  };
  return block(piecewise_network(), {{"up_to", network.up_to},
                                     {"latency", all_rounded(network.latency)},
                                     {"bandwidth", all_rounded(network.bandwidth)},
                                     {"occupancy", network.occupancy},
                                     {"interference", rounded(network.interference)},
                                     {"attention", rounded(network.attention.count())}});
}

Json compute_block(const Calibration& calibration) {
  const LawFit& law = calibration.steps->laws.front();
  Values values = law.values;
  for (auto& [name, value] : values) value = rounded(std::get<double>(value));
  Json result = block(*law.entry, values);
  const auto put_rate = [&](const char* name, double rate) {
    result[name] = write_quantity(rounded(rate), Unit::bytes_per_second);
  };
  if (calibration.phases.unevenness > 0) {
    result["unevenness"] = rounded(calibration.phases.unevenness);
    result["phase"] = calibration.phases.steps;
  }
  const Averaging& averaging = calibration.averaging;
  if (std::isfinite(averaging.rate)) put_rate("averaging", averaging.rate);
  if (averaging.cold_rate) put_rate("cold_averaging", *averaging.cold_rate);
  return result;
}

Json message_facts(const Calibration& calibration) {
  Json rows = Json::array();
  for (const MessageTimes& row : calibration.messages) {
    Json facts = Json::object({{"size_bytes", rounded(row.size)},
                               {"median_s", rounded(row.alone.median)},
                               {"low_s", rounded(row.alone.low)},
                               {"high_s", rounded(row.alone.high)},
                               {"fitted_s", rounded(calibration.fit.at(row.size))}});
    if (row.exchange) facts["exchange_s"] = rounded(*row.exchange);
    rows.push_back(std::move(facts));
  }
  return rows;
}

Json segment_facts(const Calibration& calibration) {
  Json rows = Json::array();
  for (const LineSegment& line : calibration.fit.segments)
    rows.push_back(Json::object({{"first_bytes", rounded(calibration.messages[line.first].size)},
                                 {"last_bytes", rounded(calibration.messages[line.end - 1].size)},
                                 {"latency_s", rounded(line.latency)},
                                 {"latency_error_s", rounded(line.latency_error)},
                                 {"seconds_per_byte", rounded(line.slope)},
                                 {"seconds_per_byte_error", rounded(line.slope_error)},
                                 {"residual", rounded(line.residual)}}));
  return rows;
}

Json comparison_facts(const std::vector<Comparison>& comparisons) {
  Json rows = Json::array();
  for (const Comparison& row : comparisons)
    rows.push_back(Json::object({{"what", row.what},
                                 {"size_bytes", rounded(row.size)},
                                 {"measured_s", rounded(row.measured)},
                                 {"predicted_s", rounded(row.predicted)}}));
  return rows;
}

Json step_facts(const StepSummary& steps) {
  Json result = Json::object({{"count", steps.count}, {"mean_s", rounded(steps.mean)}});
  for (const auto& [share, seconds] : steps.quantiles)
    result[fmt::format("quantile_{:.0f}_s", 100 * share)] = rounded(seconds);
  Json laws = Json::array();
  for (const LawFit& law : steps.laws) {
    Json facts = Json::object({{"kind", law.entry->name}, {"distance", rounded(law.distance)}});
    if (std::isfinite(law.information)) facts["information"] = rounded(law.information);
    laws.push_back(std::move(facts));
  }
  result["laws"] = std::move(laws);
  return result;
}

}  // namespace

Quantiles quantiles_of(std::vector<double> seconds) {
  std::sort(seconds.begin(), seconds.end());
  return {quantile(seconds, 0.05), quantile(seconds, 0.5), quantile(seconds, 0.95)};
}

double mean_of(const std::vector<double>& seconds) {
  return std::accumulate(seconds.begin(), seconds.end(), 0.0) / static_cast<double>(seconds.size());
}

StepSummary summary_of(const std::vector<double>& seconds) {
  std::vector<double> sorted = seconds;
  std::sort(sorted.begin(), sorted.end());
  StepSummary result{.count = sorted.size(), .mean = mean_of(sorted), .quantiles = {}, .laws = fit_laws(sorted)};
  for (const double share : shown_shares) result.quantiles.emplace_back(share, quantile(sorted, share));
  return result;
}

Piecewise network_of(const PiecewiseFit& fit, const std::vector<MessageTimes>& messages) {
  Piecewise network{.up_to = {}, .latency = {}, .bandwidth = {}, .occupancy = {}};
  for (const LineSegment& segment : fit.segments) {
    network.latency.push_back(rounded(segment.latency));
    network.bandwidth.push_back(rounded(1 / segment.slope));
    network.occupancy.push_back(occupancy_of(segment, messages));
    if (std::isfinite(segment.up_to)) network.up_to.push_back(static_cast<std::int64_t>(segment.up_to));
  }
  return network;
}

std::string void_reason(const Calibration& calibration) {
  if (calibration.fit.residual > most_residual)
    return fmt::format(
        "the fitted segments miss the message times by {:.0f} % (root mean square), above the limit of {:.0f} %",
        100 * calibration.fit.residual, 100 * most_residual);
  if (calibration.disturbance > most_disturbance || calibration.disturbance < 1 / most_disturbance)
    return fmt::format(
        "training loops took {:.2f} times as long as their usual stretches, outside the limits {:.2f} and "
        "{:.2f}",
        calibration.disturbance, 1 / most_disturbance, most_disturbance);
  for (const Comparison& loop : calibration.loops)
    if (std::abs(loop.error()) > most_loop_error)
      return fmt::format("the loop \"{}\" is predicted {:+.0f} % off what was measured, beyond the limit of {:.0f} %",
                         loop.what, 100 * loop.error(), 100 * most_loop_error);
  return "";
}

Json machine_json(const Calibration& calibration) {
  Json facts = Json::object({{"ranks", calibration.ranks},
                             {"mpi", calibration.mpi},
                             {"residual", rounded(calibration.fit.residual)},
                             {"segments", segment_facts(calibration)},
                             {"messages", message_facts(calibration)},
                             {"comparisons", comparison_facts(calibration.comparisons)}});
  Json result = Json::object({{"network", network_block(calibration.network)}});
  if (calibration.steps) {
    result["compute"] = compute_block(calibration);
    facts["steps"] = step_facts(*calibration.steps);
    facts["disturbance"] = rounded(calibration.disturbance);
    facts["loops"] = comparison_facts(calibration.loops);
    if (calibration.slowdown) facts["slowdown"] = rounded(*calibration.slowdown);
  }
  result["calibration"] = std::move(facts);
  return result;
}

}  // namespace gossamer
