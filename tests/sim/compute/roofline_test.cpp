#include "sim/compute/roofline.hpp"

#include <doctest/doctest.h>

#include "sim/compute/compute_error.hpp"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

double step(const RooflineStep& settings, const std::vector<Work>& model = {}, NodeId node = 0) {
  return step_times(settings, model)->duration(node, 0, 0s).count();
}

TEST_CASE("A step takes the longer of its arithmetic and its traffic, and the overhead") {
  // At 1 TFLOP/s and 100 GB/s the roofline bends at 10 operations per byte.
  const RooflineStep device{.peak = 1e12, .memory_bandwidth = 1e11};
  CHECK(step({.flops = 2e9, .bytes = 100'000'000}) == doctest::Approx(2e-3));  // 20 per byte: arithmetic
  CHECK(step({.flops = 2e9, .bytes = 400'000'000}) == doctest::Approx(4e-3));  // 5 per byte: memory
  CHECK(step({.flops = 2e9, .bytes = 200'000'000}) == doctest::Approx(2e-3));  // at the ridge
  CHECK(step({.overhead = 1ms, .flops = 2e9, .bytes = 1}) == doctest::Approx(3e-3));
  CHECK(step({.peak = 4e12, .flops = 2e9, .bytes = 1}) == doctest::Approx(0.5e-3));
  CHECK(step(device, {{.flops = 5e9, .bytes = 1e8}}) == doctest::Approx(5e-3));
}

TEST_CASE("Work that is not set is the trained model's, node by node") {
  const std::vector<Work> model{{.flops = 1e9, .bytes = 1e6}, {.flops = 3e9, .bytes = 1e6}};
  CHECK(step({}, model, 0) == doctest::Approx(1e-3));
  CHECK(step({}, model, 1) == doctest::Approx(3e-3));
  CHECK(step({.bytes = 200'000'000}, model, 0) == doctest::Approx(2e-3));
  CHECK(step({.flops = 7e9, .bytes = 1}, model, 1) == doctest::Approx(7e-3));
  CHECK_THROWS_WITH_AS(step({.flops = 1e9}),
                       "roofline: there is no model to take the work of a step from, expected both flops and bytes",
                       ComputeError);
}

}  // namespace
}  // namespace gossamer
