#include "experiments/calibration/calibration.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <string_view>

#include <fmt/format.h>

#include "experiments/configuration/block_reader.hpp"
#include "experiments/configuration/quantity.hpp"
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

Json object(std::vector<std::pair<std::string, Json>> members) {
  Json::Object result;
  for (auto& [key, value] : members) result.push_back({std::move(key), std::move(value)});
  return {std::move(result)};
}
Json number(double value) { return {rounded(value)}; }

/// A block in the form of a configuration.
template <class Signature>
Json block(const std::vector<Entry<Signature>>& entries, std::string_view kind, const Values& values) {
  Json::Object result{{"kind", {std::string{kind}}}};
  for (const auto& entry : entries) {
    if (entry.name != kind) continue;
    for (const Setting& setting : entry.settings)
      if (const auto value = values.find(setting.name); value != values.end())
        result.push_back({setting.name, written(value->second, setting)});
  }
  return {std::move(result)};
}

Json network_block(const Piecewise& network) {
  const auto all_rounded = [](std::vector<double> values) {
    for (double& value : values) value = rounded(value);
    return values;
  };
  return block(networks(), "piecewise",
               {{"up_to", network.up_to},
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
  Json result = block(step_time_laws(), law.name, values);
  const auto put_rate = [&](const char* name, double rate) {
    result.object()->push_back({name, {write_quantity(rounded(rate), Unit::bytes_per_second)}});
  };
  if (calibration.phases.unevenness > 0) {
    result.object()->push_back({"unevenness", number(calibration.phases.unevenness)});
    result.object()->push_back({"phase", {calibration.phases.steps}});
  }
  const Averaging& averaging = calibration.averaging;
  if (std::isfinite(averaging.rate)) put_rate("averaging", averaging.rate);
  if (averaging.cold_rate) put_rate("cold_averaging", *averaging.cold_rate);
  return result;
}

Json message_facts(const Calibration& calibration) {
  Json::Array rows;
  for (const MessageTimes& row : calibration.messages) {
    Json facts = object({{"size_bytes", number(row.size)},
                         {"median_s", number(row.alone.median)},
                         {"low_s", number(row.alone.low)},
                         {"high_s", number(row.alone.high)},
                         {"fitted_s", number(calibration.fit.at(row.size))}});
    if (row.exchange) facts.object()->push_back({"exchange_s", number(*row.exchange)});
    rows.push_back(std::move(facts));
  }
  return {std::move(rows)};
}

Json segment_facts(const Calibration& calibration) {
  Json::Array rows;
  for (const LineSegment& line : calibration.fit.segments)
    rows.push_back(object({{"first_bytes", number(calibration.messages[line.first].size)},
                           {"last_bytes", number(calibration.messages[line.end - 1].size)},
                           {"latency_s", number(line.latency)},
                           {"latency_error_s", number(line.latency_error)},
                           {"seconds_per_byte", number(line.slope)},
                           {"seconds_per_byte_error", number(line.slope_error)},
                           {"residual", number(line.residual)}}));
  return {std::move(rows)};
}

Json comparison_facts(const std::vector<Comparison>& comparisons) {
  Json::Array rows;
  for (const Comparison& row : comparisons)
    rows.push_back(object({{"what", {row.what}},
                           {"size_bytes", number(row.size)},
                           {"measured_s", number(row.measured)},
                           {"predicted_s", number(row.predicted)}}));
  return {std::move(rows)};
}

Json step_facts(const StepSummary& steps) {
  Json result = object({{"count", {static_cast<std::int64_t>(steps.count)}}, {"mean_s", number(steps.mean)}});
  for (const auto& [share, seconds] : steps.quantiles)
    result.object()->push_back({fmt::format("quantile_{:.0f}_s", 100 * share), number(seconds)});
  Json::Array laws;
  for (const LawFit& law : steps.laws) {
    Json facts = object({{"kind", {law.name}}, {"distance", number(law.distance)}});
    if (std::isfinite(law.information)) facts.object()->push_back({"information", number(law.information)});
    laws.push_back(std::move(facts));
  }
  result.object()->push_back({"laws", {std::move(laws)}});
  return result;
}

}  // namespace

Spread90 spread_of(std::vector<double> seconds) {
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
  Json facts = object({{"ranks", {std::int64_t{calibration.ranks}}},
                       {"mpi", {calibration.mpi}},
                       {"residual", number(calibration.fit.residual)},
                       {"segments", segment_facts(calibration)},
                       {"messages", message_facts(calibration)},
                       {"comparisons", comparison_facts(calibration.comparisons)}});
  Json result = object({{"network", network_block(calibration.network)}});
  if (calibration.steps) {
    result.object()->push_back({"compute", compute_block(calibration)});
    facts.object()->push_back({"steps", step_facts(*calibration.steps)});
    facts.object()->push_back({"disturbance", number(calibration.disturbance)});
    facts.object()->push_back({"loops", comparison_facts(calibration.loops)});
    if (calibration.slowdown) facts.object()->push_back({"slowdown", number(*calibration.slowdown)});
  }
  result.object()->push_back({"calibration", std::move(facts)});
  return result;
}

}  // namespace gossamer
