#include "sim/compute/empirical.hpp"

#include <map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sim/ground/csv_table.hpp"
#include "sim/ground/random.hpp"

namespace gossamer {
namespace {

/// Step times of each device.
using Times = std::vector<std::vector<Seconds>>;

Times read_times(const std::filesystem::path& path) {
  CsvTable table{path, {"step_time_s"}, {"device"}};
  Times times;
  std::map<std::string, std::size_t, std::less<>> numbers;
  while (table.next()) {
    const auto [device, is_new] = numbers.try_emplace(std::string{table.text("device")}, times.size());
    if (is_new) times.emplace_back();
    times[device->second].emplace_back(table.required_number("step_time_s", above(0), "a number above 0"));
  }
  if (times.empty()) throw CsvError{fmt::format("{}: holds no step time, expected at least one row", table.name())};
  return times;
}

class Empirical final : public StepTimes {
 public:
  Empirical(Times times, EmpiricalStep::Order order, std::uint64_t seed)
      : times_{std::move(times)}, order_{order}, seed_{seed} {}
  Seconds duration(NodeId node, std::uint64_t step, Seconds) const override {
    const std::vector<Seconds>& times = times_[static_cast<std::size_t>(node) % times_.size()];
    if (order_ == EmpiricalStep::Order::replayed) return times[step % times.size()];
    return times[Draws{seed_, Purpose::step_time, node, step}.below(times.size())];
  }

 private:
  Times times_;
  EmpiricalStep::Order order_;
  std::uint64_t seed_;
};

}  // namespace

std::unique_ptr<StepTimes> step_times(const EmpiricalStep& settings, const std::filesystem::path& path,
                                      std::uint64_t seed) {
  return std::make_unique<Empirical>(read_times(path), settings.order, seed);
}

}  // namespace gossamer
