#include "experiments/calibration/loop_fit.hpp"

#include <algorithm>
#include <cmath>

#include <doctest/doctest.h>

#include "sim/compute/laws.hpp"

namespace gossamer {
namespace {

using namespace std::chrono_literals;
using enum TrainingLoop;

constexpr double gradient = 100e-6;
constexpr Bytes payload = 100'000;

/// 10 µs + 20 µs for the payload, of which each end handles 12 µs.
Piecewise tight() { return {.latency = {10e-6}, .bandwidth = {5e9}, .occupancy = {0.4}, .interference = 0.5}; }

/// Loops whose measured times are those of this network.
std::vector<LoopTimes> loops_of(const LoopCluster& cluster, Piecewise network) {
  std::vector<LoopTimes> loops{{exchange_after_step},
                               {all_reduce_after_step, AllReduce::ring},
                               {all_reduce_after_step, AllReduce::recursive_doubling},
                               {all_reduce_after_few},
                               {all_reduce_after_many},
                               {exchange_during_step},
                               {request_after_step},
                               {request_during_step}};
  for (LoopTimes& loop : loops) {
    network.all_reduce = loop.all_reduce;
    loop.measured = predicted_round(cluster, network, loop.what);
  }
  return loops;
}

TEST_CASE("A round in virtual time takes the time of its parts") {
  const LoopCluster cluster{.steps = step_times(ConstantStep{Seconds{gradient}}), .nodes = 2, .payload = payload};
  CHECK(predicted_round(cluster, tight(), exchange_after_step) == doctest::Approx(gradient + 30e-6));
  // The step waits for half of what both of its messages are handled.
  CHECK(predicted_round(cluster, tight(), exchange_during_step) == doctest::Approx(gradient + 0.5 * 2 * 12e-6));
}

TEST_CASE("The fit recovers the true slowdown, interference, attention and cold averages from loops") {
  const LoopCluster known{.steps = step_times(ShiftedExponentialStep{.shift = 95us, .tail = 5us}, 1),
                          .phases = {.unevenness = 0.08},
                          .averaging = {.rate = 10e9},
                          .nodes = 2,
                          .payload = payload};
  LoopCluster cluster = known;
  cluster.averaging.cold_rate = 4e9;  // 25 us, where 10 us are warm
  Piecewise hidden = tight();
  hidden.latency = {17e-6};  // 1.7 times as slow
  hidden.bandwidth = {5e9 / 1.7};
  hidden.interference = 0.8;
  hidden.attention = 40us;
  std::vector<LoopTimes> loops = loops_of(cluster, hidden);
  const LoopFit found = fit_loops(known, tight(), 100us, loops);
  // Loops hardly distinguish a slower network, colder averages and messages that take more from steps: the values found
  // are near the hidden ones, and have the same effect.
  CHECK(found.slowdown == doctest::Approx(1.7).epsilon(0.04));
  CHECK(found.network.latency.at(0) == doctest::Approx(10e-6 * found.slowdown));
  CHECK(found.network.bandwidth.at(0) == doctest::Approx(5e9 / found.slowdown));
  CHECK(std::abs(found.network.interference - 0.8) < 0.15);
  CHECK(found.network.attention.count() == doctest::Approx(40e-6).epsilon(0.1));
  REQUIRE(found.averaging.cold_rate);
  CHECK(*found.averaging.cold_rate < found.averaging.rate);
  for (const LoopTimes& loop : loops) {
    CAPTURE(name_of(loop));
    CHECK(loop.predicted == doctest::Approx(loop.measured).epsilon(0.01));
  }
}

TEST_CASE("A time that no network reaches ends at a bound, and is reported as an error of the prediction") {
  const LoopCluster cluster{.steps = step_times(ConstantStep{Seconds{gradient}}), .nodes = 2, .payload = payload};
  std::vector<LoopTimes> loops{{.what = exchange_during_step, .measured = 0.5 * gradient}};
  const LoopFit found = fit_loops(cluster, tight(), 1ms, loops);
  CHECK(found.slowdown == 1);  // no loop depends on it
  CHECK(found.network.interference == 0);
  CHECK(loops[0].predicted == doctest::Approx(gradient));
}

TEST_CASE("Every loop has a name of its own") {
  std::vector<std::string> names;
  for (const auto what :
       {TrainingLoop::step, step_and_average, exchange_after_step, exchange_during_step, request_after_step,
        request_during_step, all_reduce_after_step, all_reduce_after_few, all_reduce_after_many})
    names.push_back(name_of({.what = what}));
  names.push_back(name_of({.what = all_reduce_after_step, .all_reduce = AllReduce::recursive_doubling}));
  std::sort(names.begin(), names.end());
  CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
}

}  // namespace
}  // namespace gossamer
