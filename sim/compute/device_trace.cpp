#include "sim/compute/device_trace.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "sim/csv_table.hpp"
#include "sim/numerics/random.hpp"

namespace gossamer {
namespace {

/// The speed that a row says: relative, or one step in so many seconds, a step being 1 s of usual work.
std::optional<double> speed_of(const CsvTable& table) {
  const auto speed = table.number("speed", above(0), "a number above 0");
  const auto step_time = table.number("step_time_s", above(0), "a number above 0");
  return step_time ? 1 / *step_time : speed;
}

/// A row, as the state of a device that was in `before`.
DeviceState read_state(const CsvTable& table, const DeviceState& before) {
  DeviceState state = before;
  state.from = Seconds{table.required_number("time_s", at_least(0), "a number at least 0")};
  state.speed = speed_of(table).value_or(before.speed);
  if (const std::string_view available = table.text("available"); !available.empty()) {
    if (available != "0" && available != "1")
      table.fail(fmt::format("available is \"{}\", expected 0 or 1", available));
    state.available = available == "1";
  }
  const char* const rate = "bytes per second above 0";
  if (const auto up = table.number("up_bytes_per_s", above(0), rate)) state.up_bandwidth = up;
  if (const auto down = table.number("down_bytes_per_s", above(0), rate)) state.down_bandwidth = down;
  return state;
}

void check_time(const CsvTable& table, const DeviceTrace& trace, Seconds from) {
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

std::vector<DeviceTrace> read_device_traces(const std::filesystem::path& path, std::optional<Seconds> period) {
  CsvTable table{
      path, {"device", "time_s"}, {"speed", "step_time_s", "available", "up_bytes_per_s", "down_bytes_per_s"}};
  if (table.has("speed") && table.has("step_time_s"))
    table.fail("both columns \"speed\" and \"step_time_s\", expected one of them");
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
