#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/compute/step_times.hpp"
#include "sim/ground/changing_rate.hpp"

namespace gossamer {

/// The state of a device from a moment on, until its next state.
struct DeviceState {
  Seconds from{0};
  double speed = 1;       ///< > 0, as a multiple of the speed of the law of step times
  bool available = true;  ///< whether it computes at all
  /// Of its link, bytes per second > 0, if the file has them.
  std::optional<double> up_bandwidth = {};
  std::optional<double> down_bandwidth = {};
};

/// The states of one device over time.
struct DeviceTrace {
  std::string device;
  std::vector<DeviceState> states;     ///< the first from 0 on, ascending in time
  std::optional<Seconds> period = {};  ///< after which the states repeat; if empty, the last state lasts

  /// Seconds of work at speed 1 done per second; 0 while the device is unavailable. Some state must have a rate above
  /// 0; without a period, the last state.
  ChangingRate computing() const;

  /// Bytes per second of its link, also while the device is unavailable; `unknown` if the file has no rate.
  ChangingRate sending(double unknown) const;
  ChangingRate receiving(double unknown) const;

 private:
  template <class Rate>
  ChangingRate changing(Rate&& rate) const;
};

/// The devices in a file as `device_trace.md` describes it, in the order of their first lines. `columns` are the file's
/// names for columns that it names in its own way, as `parse_column_names` reads them.
/// Throws CsvError as `CsvTable`; for two columns of one quantity; for times of a device that do not ascend from 0 or
/// reach the period; and for a device that would be permanently unavailable.
std::vector<DeviceTrace> read_device_traces(const std::filesystem::path& path, std::optional<Seconds> period = {},
                                            std::string_view columns = {});

/// Nodes that are devices of a file: see `device_trace.md`.
struct Devices {
  enum class Assignment {
    in_order,  ///< node i is device i mod m
    random     ///< each node is an independent, uniformly random device
  };
  std::string path = {};
  Assignment assignment = Assignment::in_order;
  std::optional<Seconds> period = {};       ///< > 0, after which all devices begin anew
  std::optional<std::string> columns = {};  ///< the file's own names of its columns
};

/// The devices of a file, and the device of each node.
struct NodeDevices {
  std::vector<DeviceTrace> traces;
  std::vector<std::size_t> of_node;
};

/// The number of each node's device, out of m. It does not depend on the number of nodes.
std::vector<std::size_t> assigned_devices(Devices::Assignment assignment, NodeId nodes, std::size_t devices,
                                          std::uint64_t seed);

/// Steps that take `usual` on a device of speed 1. `traces` are those of the file.
std::unique_ptr<StepTimes> with_devices(Devices::Assignment assignment, const std::vector<DeviceTrace>& traces,
                                        std::unique_ptr<StepTimes> usual, NodeId nodes, std::uint64_t seed);

}  // namespace gossamer
