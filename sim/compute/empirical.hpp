#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "sim/compute/step_times.hpp"

namespace gossamer {

/// Measured step times, one a row, in a file of comma-separated values.
///
/// Columns  step_time_s, seconds > 0; optionally device, any name. Node i takes the times of device i mod m, the m
///          devices being numbered in the order in which they first stand there; without the column all rows are one's.
struct EmpiricalStep {
  enum class Order {
    resampled,  ///< every step takes one of the device's times, each as likely: independent steps
    replayed    ///< step k takes the device's k-th time, from the first again after the last
  };
  std::string path = {};
  Order order = Order::resampled;
};

/// Reads the file at `path`, whatever `settings.path` says. Throws CsvError as `CsvTable`, and for no row.
std::unique_ptr<StepTimes> step_times(const EmpiricalStep& settings, const std::filesystem::path& path,
                                      std::uint64_t seed);

}  // namespace gossamer
