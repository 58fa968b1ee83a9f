#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "sim/compute/step_times.hpp"

namespace gossamer {

/// Measured step times, one in each row of a file of comma-separated values.
///
/// Columns  step_time_s, seconds > 0; optionally device, any name. Node i takes the times of device i mod m. The m
///          devices are numbered in the order of their first rows. Without this column all rows belong to one device.
struct EmpiricalStep {
  enum class Order {
    resampled,  ///< every step takes one of the device's times, each equally likely: independent steps
    replayed    ///< step k takes the device's k-th time; the first one follows the last
  };
  std::string path = {};
  Order order = Order::resampled;
};

/// Reads the file at `path`; `settings.path` is not read. Cost: O(1) per step; the file's times are kept in memory.
/// Throws CsvError as `CsvTable` does, and if the file has no row.
std::unique_ptr<StepTimes> step_times(const EmpiricalStep& settings, const std::filesystem::path& path,
                                      std::uint64_t seed);

}  // namespace gossamer
