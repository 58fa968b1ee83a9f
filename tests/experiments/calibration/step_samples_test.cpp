#include "experiments/calibration/step_samples.hpp"

#include <memory>

#include <doctest/doctest.h>

#include "sim/compute/laws.hpp"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

TEST_CASE("Usual steps are those of the stretches in the middle, at the speed that these have in common") {
  const std::vector<StepSample> samples{{{1, 1}, {9, 11}}, {{1.5, 2.5}, {3, 3}}};  // means 1, 10, 2, 3
  CHECK(usual_steps(samples) == std::vector{1.5 * 2.5 / 2, 2.5 * 2.5 / 2, 2.5, 2.5});
}

/// Stretches of four steps, rank a slow or fast by a tenth for `length` samples each, and rank b half as many later.
std::vector<StepSample> shifted(int count, int length) {
  const auto factor = [&](int k) { return k / length % 2 == 0 ? 1.1 : 0.9; };
  std::vector<StepSample> result;
  for (int k = 0; k < count; ++k) result.push_back({std::vector(4, factor(k)), std::vector(4, factor(k + length / 2))});
  return result;
}

TEST_CASE(
    "The distance between two ranks is their unevenness; phases last as long as neighboring stretches are alike") {
  // d = 0, 0.2, 0, −0.2, …: |d| is 0.1 on average, and neighbors have nothing in common.
  const Phases brief = phases_of(shifted(16, 2), 50s);
  CHECK(brief.unevenness == doctest::Approx(0.1));
  CHECK(brief.steps == 50);  // of a second each
  // d = 0, 0, 0.2, 0.2, 0, 0, −0.2, −0.2, …: d² is 0.02, and four of fifteen products are 0.04: alike by 8/15.
  const Phases longer = phases_of(shifted(16, 4), 50s);
  CHECK(longer.unevenness == doctest::Approx(0.1));
  CHECK(longer.steps == 107);                                    // 50/(1 − 8/15)
  CHECK(phases_of(shifted(4, 2), 70s).steps == Phases{}.steps);  // too few
}

/// Stretches of 50 steps that two nodes take by a law, one after the other.
std::vector<StepSample> drawn(const Phases& phases, int count) {
  const auto law = in_phases(phases, step_times(LognormalStep{.mean = 1ms, .sigma = 0.05}, 1), 1);
  std::vector<StepSample> result(static_cast<std::size_t>(count));
  for (std::uint64_t k = 0; k < result.size(); ++k)
    for (NodeId node = 0; node < 2; ++node) {
      auto& steps = result[k].emplace_back();
      for (std::uint64_t h = 0; h < 50; ++h) steps.push_back(law->duration(node, 50 * k + h, 0s).count());
    }
  return result;
}

TEST_CASE("Phases that shaped steps are found in them") {
  const Phases found = phases_of(drawn({.unevenness = 0.1, .steps = 200}, 4000), 50ms);
  // Of 1000 phases: the mean of |d| is known to 1/√1000 of it, and neighbors' likeness 3/4 about as well.
  CHECK(found.unevenness == doctest::Approx(0.1).epsilon(0.1));
  CHECK(found.steps == doctest::Approx(200).epsilon(0.15));
  // Steps that only vary: |d| is 0.05 √(2/50) √(2/π) = 0.008 by chance, of which 1 % are left in its square.
  CHECK(phases_of(drawn({}, 4000), 50ms).unevenness < 0.002);
}

TEST_CASE("The disturbance is total time over the time by the medians of the kinds") {
  const std::vector<std::vector<double>> kinds{{1, 4, 1}, {2, 2, 2}};
  CHECK(disturbance(kinds) == doctest::Approx(12.0 / 9));
}

}  // namespace
}  // namespace gossamer
