#include <doctest/doctest.h>

#include "sim/compute/device_trace.hpp"
#include "sim/compute/empirical.hpp"
#include "tests/mutations.hpp"

namespace gossamer::testing {
namespace {

TEST_CASE("Damaged tables of devices and of step times are read or refused, and nothing else") {
  check_mutants("d.csv",
                "device, time_s, speed, available, up_kbit_per_s\n\"a, b\", 0, 2, 1, 1e3\nb, 0, 1, , 25\n"
                "\"a, b\", 10, , 0,\n\"a, b\", 20.5, 0.5, 1,\n",
                [](const std::filesystem::path& path) { read_device_traces(path); });
  check_mutants("t.csv", "step_time_s, device\n0.5, a\n1e-3, b\n2, a\n7, \"c\"\n",
                [](const std::filesystem::path& path) { step_times(EmpiricalStep{}, path, 1); });
}

}  // namespace
}  // namespace gossamer::testing
