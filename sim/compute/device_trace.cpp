#include "sim/compute/device_trace.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "sim/ground/csv_table.hpp"
#include "sim/ground/random.hpp"

namespace gossamer {
namespace {

/// A quantity, by the columns that may hold it in their units; the factor makes it one of ours.
struct UnitColumn {
  std::string_view name;
  double factor;
};
using Quantity = std::array<UnitColumn, 2>;
constexpr Quantity step_time{{{"step_time_s", 1}, {"step_time_ms", 1e-3}}};
constexpr Quantity up_rate{{{"up_bytes_per_s", 1}, {"up_kbit_per_s", 125}}};
constexpr Quantity down_rate{{{"down_bytes_per_s", 1}, {"down_kbit_per_s", 125}}};

std::vector<std::string> optional_columns() {
  std::vector<std::string> names{"time_s", "speed", "available"};
  for (const Quantity* quantity : {&step_time, &up_rate, &down_rate})
    for (const UnitColumn& column : *quantity) names.emplace_back(column.name);
  return names;
}

/// Refuses a file that has two of these columns.
void check_one_of(const CsvTable& table, const std::vector<std::string_view>& columns) {
  std::vector<std::string_view> there;
  for (const std::string_view column : columns)
    if (table.has(column)) there.push_back(column);
  if (there.size() > 1)
    table.fail(fmt::format("both columns \"{}\" and \"{}\", expected one of them", there[0], there[1]));
}

void check_quantities(const CsvTable& table) {
  check_one_of(table, {"speed", "step_time_s", "step_time_ms"});
  check_one_of(table, {"up_bytes_per_s", "up_kbit_per_s"});
  check_one_of(table, {"down_bytes_per_s", "down_kbit_per_s"});
}

std::optional<double> quantity_in(const CsvTable& table, const Quantity& quantity, std::string_view expected) {
  for (const auto& [column, factor] : quantity) {
    const auto value = table.number(column, above(0), expected);
    if (!value) continue;
    const Range computable = between(1e-300, 1e300);
    if (!computable.contains(factor * *value))
      table.fail(
          fmt::format("{} is \"{}\", which no double holds in other units", table.name_of(column), table.text(column)));
    return factor * *value;
  }
  return std::nullopt;
}

/// The speed in a row: relative, or one step in so many seconds, if a step is 1 s of usual work.
std::optional<double> speed_of(const CsvTable& table) {
  const auto speed = table.number("speed", above(0), "a number above 0");
  const auto time = quantity_in(table, step_time, "a number above 0");
  return time ? 1 / *time : speed;
}

/// The time at which a row begins; 0 in a file of devices that do not change.
Seconds time_of(const CsvTable& table) {
  if (!table.has("time_s")) return Seconds{0};
  return Seconds{table.required_number("time_s", at_least(0), "a number at least 0")};
}

/// A row, as the state of a device that was in `before`.
DeviceState read_state(const CsvTable& table, const DeviceState& before) {
  DeviceState state = before;
  state.from = time_of(table);
  state.speed = speed_of(table).value_or(before.speed);
  if (const std::string_view available = table.text("available"); !available.empty()) {
    if (available != "0" && available != "1")
      table.fail(fmt::format("available is \"{}\", expected 0 or 1", available));
    state.available = available == "1";
  }
  const char* const rate = "a rate above 0";
  if (const auto up = quantity_in(table, up_rate, rate)) state.up_bandwidth = up;
  if (const auto down = quantity_in(table, down_rate, rate)) state.down_bandwidth = down;
  return state;
}

void check_time(const CsvTable& table, const DeviceTrace& trace, Seconds from) {
  if (!table.has("time_s") && !trace.states.empty())
    table.fail(
        fmt::format("device \"{}\" has two rows, expected a column time_s that says when each begins", trace.device));
  if (trace.states.empty() && from.count() != 0)
    table.fail(
        fmt::format("device \"{}\" begins at {} s, expected its first row at time 0", trace.device, from.count()));
  if (!trace.states.empty() && from <= trace.states.back().from)
    table.fail(fmt::format("device \"{}\" has time_s {} after {}, expected times that ascend", trace.device,
                           from.count(), trace.states.back().from.count()));
  if (trace.period && from >= *trace.period)
    table.fail(fmt::format("time_s is {}, expected less than the period of {} s", from.count(), trace.period->count()));
}

void check_returns(const std::string& file, const DeviceTrace& trace) {
  const auto computes = [](const DeviceState& state) { return state.available; };
  if (trace.period && std::none_of(trace.states.begin(), trace.states.end(), computes))
    throw CsvError{
        fmt::format("{}: device \"{}\" is never available, expected a row with available 1", file, trace.device)};
  if (!trace.period && !trace.states.back().available)
    throw CsvError{
        fmt::format("{}: device \"{}\" is unavailable from {} s on for good, expected a later row with "
                    "available 1, or a period",
                    file, trace.device, trace.states.back().from.count())};
}

class OnDevices final : public StepTimes {
 public:
  OnDevices(const std::vector<DeviceTrace>& traces, std::vector<std::size_t> devices, std::unique_ptr<StepTimes> usual)
      : devices_{std::move(devices)}, usual_{std::move(usual)} {
    for (const DeviceTrace& trace : traces) rates_.push_back(trace.computing());
  }
  Seconds duration(NodeId node, std::uint64_t step, Seconds start) const override {
    const ChangingRate& rate = rates_[devices_[static_cast<std::size_t>(node)]];
    return rate.elapsed(start, usual_->duration(node, step, start).count());
  }
  double slowdown(NodeId node, std::uint64_t step) const override { return usual_->slowdown(node, step); }
  double mean_slowdown(NodeId node) const override { return usual_->mean_slowdown(node); }

 private:
  std::vector<ChangingRate> rates_;  ///< by device
  std::vector<std::size_t> devices_;
  std::unique_ptr<StepTimes> usual_;
};

}  // namespace

template <class Rate>
ChangingRate DeviceTrace::changing(Rate&& rate) const {
  std::vector<ChangingRate::Step> steps;
  for (const DeviceState& state : states) steps.push_back({state.from, rate(state)});
  return ChangingRate{std::move(steps), period};
}

ChangingRate DeviceTrace::computing() const {
  return changing([](const DeviceState& state) { return state.available ? state.speed : 0; });
}
ChangingRate DeviceTrace::sending(double unknown) const {
  return changing([&](const DeviceState& state) { return state.up_bandwidth.value_or(unknown); });
}
ChangingRate DeviceTrace::receiving(double unknown) const {
  return changing([&](const DeviceState& state) { return state.down_bandwidth.value_or(unknown); });
}

std::vector<DeviceTrace> read_device_traces(const std::filesystem::path& path, std::optional<Seconds> period,
                                            std::string_view columns) {
  std::vector<std::string> known = optional_columns();
  known.insert(known.begin(), "device");
  CsvTable table{path, {"device"}, optional_columns(), parse_column_names(columns, known)};
  check_quantities(table);
  std::vector<DeviceTrace> traces;
  std::map<std::string, std::size_t, std::less<>> numbers;
  while (table.next()) {
    const std::string_view name = table.text("device");
    if (name.empty()) table.fail("device is empty, expected a name");
    const auto [number, is_new] = numbers.try_emplace(std::string{name}, traces.size());
    if (is_new) traces.push_back({.device = std::string{name}, .states = {}, .period = period});
    DeviceTrace& trace = traces[number->second];
    const DeviceState state = read_state(table, is_new ? DeviceState{} : trace.states.back());
    check_time(table, trace, state.from);
    trace.states.push_back(state);
  }
  if (traces.empty()) throw CsvError{fmt::format("{}: holds no device, expected at least one row", table.name())};
  for (const DeviceTrace& trace : traces) check_returns(table.name(), trace);
  return traces;
}

std::vector<std::size_t> assigned_devices(Devices::Assignment assignment, NodeId nodes, std::size_t devices,
                                          std::uint64_t seed) {
  std::vector<std::size_t> result;
  for (NodeId i = 0; i < nodes; ++i)
    result.push_back(assignment == Devices::Assignment::in_order
                         ? static_cast<std::size_t>(i) % devices
                         : static_cast<std::size_t>(Draws{seed, Purpose::straggler, i, 1}.below(devices)));
  return result;
}

std::unique_ptr<StepTimes> with_devices(Devices::Assignment assignment, const std::vector<DeviceTrace>& traces,
                                        std::unique_ptr<StepTimes> usual, NodeId nodes, std::uint64_t seed) {
  std::vector<std::size_t> devices = assigned_devices(assignment, nodes, traces.size(), seed);
  return std::make_unique<OnDevices>(traces, std::move(devices), std::move(usual));
}

}  // namespace gossamer
