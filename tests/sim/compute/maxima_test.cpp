#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <vector>

#include <doctest/doctest.h>

#include "sim/compute/laws.hpp"
#include "sim/compute/stragglers.hpp"
#include "tests/sim/compute/expectation.hpp"

/// The waiting time of a barrier over n = 16 nodes: exact expectations, to the digit, against draws from the laws.
namespace gossamer {
namespace {

using namespace std::chrono_literals;
using testing::check_mean;
using testing::Expectation;
using testing::expectation;
using testing::kth_smallest;
using testing::scaled;
using testing::slowest;
using testing::Survival;

constexpr NodeId n = 16;
constexpr int rounds = 20'000;
constexpr Seconds now{0};

/// That a formula gives the digits listed for it.
void check_digits(const Expectation& expected, double listed) {
  CHECK(expected.mean == doctest::Approx(listed).epsilon(1e-9));
}

/// The times of step `k` at all nodes in ascending order.
std::vector<double> sorted_times(const StepTimes& law, std::uint64_t k) {
  std::vector<double> times;
  for (NodeId i = 0; i < n; ++i) times.push_back(law.duration(i, k, now).count());
  std::sort(times.begin(), times.end());
  return times;
}

/// The largest, over nodes, mean time of the steps of period `k` of H steps.
double slowest_mean(const StepTimes& law, std::uint64_t k, int H, NodeId nodes = n) {
  double longest = 0;
  for (NodeId i = 0; i < nodes; ++i) {
    double sum = 0;
    for (int h = 0; h < H; ++h)
      sum += law.duration(i, k * static_cast<std::uint64_t>(H) + static_cast<std::uint64_t>(h), now).count();
    longest = std::max(longest, sum / H);
  }
  return longest;
}

/// P(T > t) of the mean T of H exponentials of mean 1: exp(−x) Σ_{j<H} xʲ/j! with x = H t.
Survival mean_of_exponentials(int H) {
  return [=](double t) {
    const double x = H * t;
    double sum = 0;
    for (int j = 0; j < H; ++j) sum += std::exp(j * std::log(x) - x - std::lgamma(j + 1.0));
    return std::min(sum, 1.0);
  };
}

TEST_CASE("The slowest of 16 exponential steps takes H_16, the 12th H_16 − H_4") {
  const Survival survival = [](double t) { return std::exp(-t); };
  const Expectation last = expectation(slowest(survival, n)), twelfth = expectation(kth_smallest(survival, 12, n));
  check_digits(last, 3.3807289932);
  check_digits(twelfth, 1.2973956599);
  const auto law = step_times(ExponentialStep{.mean = 1s}, 4);
  check_mean(last, rounds, [&](std::uint64_t k) { return sorted_times(*law, k)[15]; });
  check_mean(twelfth, rounds, [&](std::uint64_t k) { return sorted_times(*law, k)[11]; });
}

TEST_CASE("Averaging every H exponential steps, the slowest of 16 takes ∫ (1 − P(H, H t)ⁿ) dt a step") {
  const auto law = step_times(ExponentialStep{.mean = 1s}, 5);
  const auto check = [&](int H, double listed) {
    CAPTURE(H);
    const Expectation expected = expectation(slowest(mean_of_exponentials(H), n));
    check_digits(expected, listed);
    check_mean(expected, 4000, [&](std::uint64_t k) { return slowest_mean(*law, k, H); });
  };
  check(5, 1.9354747335);
  check(10, 1.6337354901);
  check(50, 1.2654048688);
}

TEST_CASE("The slowest of 16 Pareto steps, and the 12th") {
  const double shape = 2.5;
  const Survival excess = [=](double t) { return std::pow(1 + t, -shape); };  // over the least time, 1
  const Expectation last = expectation(slowest(excess, n), 1), twelfth = expectation(kth_smallest(excess, 12, n), 1);
  check_digits(last, 4.5482955661);
  check_digits(twelfth, 1.7028818600);
  const auto law = step_times(ParetoStep{.mean = Seconds{shape / (shape - 1)}, .shape = shape}, 6);
  check_mean(last, rounds, [&](std::uint64_t k) { return sorted_times(*law, k)[15]; });
  check_mean(twelfth, rounds, [&](std::uint64_t k) { return sorted_times(*law, k)[11]; });
}

TEST_CASE("The slowest of 16 Weibull steps of shape 2") {
  const Expectation last = expectation(slowest([](double t) { return std::exp(-t * t); }, n));
  check_digits(last, 1.8092551119);
  const auto law = step_times(WeibullStep{.mean = Seconds{std::tgamma(1.5)}, .shape = 2}, 7);
  check_mean(last, rounds, [&](std::uint64_t k) { return sorted_times(*law, k)[15]; });
}

TEST_CASE("The slowest of three exponential nodes with the rates 1, 2 and 3") {
  // P(max > t) = 1 − Π_i (1 − exp(−u_i t)); by inclusion and exclusion 1 + 1/2 + 1/3 − 1/3 − 1/4 − 1/5 + 1/6.
  const Expectation last = expectation([](double t) {
    return -std::expm1(std::log1p(-std::exp(-t)) + std::log1p(-std::exp(-2 * t)) + std::log1p(-std::exp(-3 * t)));
  });
  check_digits(last, 1.2166666667);
  const auto law = with_stragglers(NodeSpeeds{.speeds = {1, 2, 3}}, step_times(ExponentialStep{.mean = 1s}, 8), 3);
  check_mean(last, rounds, [&](std::uint64_t k) { return slowest_mean(*law, k, 1, 3); });
}

/// P(M ≤ m) of the number M of successes in H independent trials.
std::vector<double> binomial(int H, double q) {
  std::vector<double> distribution;
  double sum = 0;
  double choose = 1;
  for (int m = 0; m <= H; ++m) {
    sum += choose * std::pow(q, m) * std::pow(1 - q, H - m);
    distribution.push_back(std::min(sum, 1.0));
    choose *= static_cast<double>(H - m) / (m + 1);
  }
  return distribution;
}

TEST_CASE("The slowest of 16 with a slow step in twenty, alone and over periods of 8 steps") {
  const double q = 0.05, r = 4;
  const auto law = with_stragglers(Bimodal{.probability = q, .slowdown = r}, step_times(ConstantStep{.step = 1s}), 9);
  const auto check = [&](int H, double listed) {
    const Expectation expected = scaled(expectation(slowest(binomial(H, q), n)), (r - 1) / H, 1);
    check_digits(expected, listed);
    check_mean(expected, rounds, [&](std::uint64_t k) { return slowest_mean(*law, k, H); });
  };
  check(1, 1 + 3 * (1 - std::pow(0.95, 16)));  // 2.6796200
  check(8, 1.6390317445);
}

/// P(M ≤ m) of the number M of slow steps in H of a stationary chain of two states.
std::vector<double> slow_steps(int H, double to_slow, double to_fast) {
  const double share = to_slow / (to_slow + to_fast);
  const auto size = static_cast<std::size_t>(H) + 1;
  std::vector<double> fast(size), slow(size);  // P(so many slow steps so far, and now in that state)
  fast[0] = 1 - share;
  slow[1] = share;
  for (int h = 1; h < H; ++h) {
    std::vector<double> next_fast(size), next_slow(size);
    for (std::size_t m = 0; m < size; ++m) {
      next_fast[m] = fast[m] * (1 - to_slow) + slow[m] * to_fast;
      if (m > 0) next_slow[m] = fast[m - 1] * to_slow + slow[m - 1] * (1 - to_fast);
    }
    fast = next_fast;
    slow = next_slow;
  }
  std::vector<double> distribution;
  double sum = 0;
  for (std::size_t m = 0; m < size; ++m) distribution.push_back(sum = std::min(1.0, sum + fast[m] + slow[m]));
  return distribution;
}

TEST_CASE("The node with most slow steps of 16 that go through slow phases") {
  // Periods of one run are not independent: the chain forgets as (1 − p − q)ᵏ. Each round has a seed of its own.
  const double p = 0.02, q = 0.2, r = 3;
  const auto check = [&](int H, double listed) {
    CAPTURE(H);
    const Expectation share = scaled(expectation(slowest(slow_steps(H, p, q), n)), 1.0 / H, 0);
    check_digits(share, listed);
    check_mean(scaled(share, r - 1, 1), 4000, [&](std::uint64_t seed) {
      const auto law = with_stragglers(Markov{.to_slow = p, .to_fast = q, .slowdown = r},
                                       step_times(ConstantStep{.step = 1s}), n, seed);
      return slowest_mean(*law, 3, H);  // steps 3 H … 4 H − 1
    });
  };
  check(1, 0.7823708642);
  check(8, 0.6667959069);
  check(32, 0.4185475929);
}

}  // namespace
}  // namespace gossamer
