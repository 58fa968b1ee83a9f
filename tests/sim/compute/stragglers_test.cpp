#include "sim/compute/stragglers.hpp"

#include <cmath>
#include <cstdint>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "sim/compute/compute_error.hpp"
#include "sim/compute/laws.hpp"
#include "sim/compute/markov_chain.hpp"
#include "sim/compute/registry.hpp"
#include "sim/ground/random.hpp"
#include "tests/sim/compute/expectation.hpp"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

constexpr Seconds now{0};

std::unique_ptr<StepTimes> constant() { return step_times(ConstantStep{.step = 10ms}); }

TEST_CASE("A fraction of the nodes is slow, always the same ones") {
  const auto law = step_times(SlowNodes{.step = 10ms, .fraction = 0.125, .slowdown = 5}, 64, 1);
  int slow = 0;
  for (NodeId i = 0; i < 64; ++i) {
    const bool is_slow = law->slowdown(i, 0) > 1;
    slow += is_slow;
    CHECK(law->mean_slowdown(i) == law->slowdown(i, 3));
    for (const std::uint64_t step : {std::uint64_t{0}, std::uint64_t{17}})
      CHECK(law->duration(i, step, now).count() == doctest::Approx(is_slow ? 0.05 : 0.01));
  }
  CHECK(slow == 8);
}

TEST_CASE("Slow nodes over a law are those of the law that is named with them") {
  const auto named =
      step_times(SlowNodes{.step = 10ms, .fraction = 0.25, .slowdown = 3, .law = SlowNodes::Law::exponential}, 16, 2);
  const auto over =
      with_stragglers(SlowShare{.fraction = 0.25, .slowdown = 3}, step_times(ExponentialStep{.mean = 10ms}, 2), 16, 2);
  for (NodeId i = 0; i < 16; ++i) CHECK(named->duration(i, 5, now) == over->duration(i, 5, now));
}

TEST_CASE("One given node is slow") {
  const auto law = with_stragglers(OneSlowNode{.node = 3, .slowdown = 4}, constant(), 5);
  for (NodeId i = 0; i < 5; ++i) CHECK(law->duration(i, 2, now).count() == doctest::Approx(i == 3 ? 0.04 : 0.01));
  CHECK_THROWS_WITH_AS(with_stragglers(OneSlowNode{.node = 5}, constant(), 5),
                       "one_slow_node: there is no node 5, expected 0 to 4", ComputeError);
}

TEST_CASE("Nodes have the speeds of a list, which starts again after its end") {
  const auto law = with_stragglers(NodeSpeeds{.speeds = {2, 0.5}}, constant(), 3);
  CHECK(law->duration(0, 0, now).count() == doctest::Approx(5e-3));
  CHECK(law->duration(1, 0, now).count() == doctest::Approx(20e-3));
  CHECK(law->duration(2, 0, now).count() == doctest::Approx(5e-3));
  CHECK(law->mean_slowdown(1) == 2);
  CHECK_THROWS_WITH_AS(with_stragglers(NodeSpeeds{.speeds = {}}, constant(), 3),
                       "node_speeds: 0 speeds for 3 nodes, expected 1 to 3", ComputeError);
  CHECK_THROWS_WITH_AS(with_stragglers(NodeSpeeds{.speeds = {1, 1, 1, 1}}, constant(), 3),
                       "node_speeds: 4 speeds for 3 nodes, expected 1 to 3", ComputeError);
  CHECK_THROWS_WITH_AS(with_stragglers(NodeSpeeds{.speeds = {1, 0}}, constant(), 3),
                       "node_speeds: a speed of 0, expected one above 0", ComputeError);
}

TEST_CASE("Any step may be slow, with the given probability and independent of earlier steps") {
  const double q = 0.2;
  const auto law = with_stragglers(Bimodal{.probability = q, .slowdown = 3}, constant(), 1);
  CHECK(law->mean_slowdown(0) == doctest::Approx(1.4));
  const auto is_slow = [&](std::uint64_t k) { return law->slowdown(0, k) > 1; };
  testing::check_mean({.mean = q, .variance = q * (1 - q)}, 50'000, [&](std::uint64_t k) { return is_slow(k); });
  testing::check_mean({.mean = q * q, .variance = q * q * (1 - q * q)}, 50'000,
                      [&](std::uint64_t k) { return is_slow(2 * k) && is_slow(2 * k + 1); });
  for (std::uint64_t k = 0; k < 100; ++k)
    CHECK(law->duration(0, k, now).count() == doctest::Approx(10e-3 * (is_slow(k) ? 3 : 1)));
}

/// Checks that a chain, evaluated in order, has its transition probabilities and its stationary share.
void check_chain(double p, double q) {
  CAPTURE(p);
  constexpr int steps = 100'000;
  const MarkovChain chain{p, q, 1, 3};
  double from_fast = 0, fast = 0, from_slow = 0, slow = 0;
  bool before = chain.slow(0, 0);
  for (std::uint64_t k = 1; k <= steps; ++k) {
    const bool state = chain.slow(0, k);
    (before ? slow : fast) += 1;
    if (state != before) (before ? from_slow : from_fast) += 1;
    before = state;
  }
  // Given how often the chain was there, moves are independent: four standard errors, and none where p is 1.
  CHECK(std::abs(from_fast / fast - p) <= 4 * std::sqrt(p * (1 - p) / fast));
  CHECK(std::abs(from_slow / slow - q) <= 4 * std::sqrt(q * (1 - q) / slow));
  const double share = p / (p + q);
  for (const std::uint64_t step : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{40}}) {
    const MarkovChain nodes{p, q, 20'000, 4};
    testing::check_mean({.mean = share, .variance = share * (1 - share)}, 20'000,
                        [&](std::uint64_t i) { return nodes.slow(static_cast<NodeId>(i), step); });
  }
}

TEST_CASE("Slow phases begin and end with the given probabilities, and are stationary") {
  check_chain(0.02, 0.2);
  check_chain(0.5, 0.5);
  check_chain(0.9, 0.7);  // p + q > 1: draws that exchange the states
  check_chain(1, 1);      // nothing but exchanges: the walk back ends at step 0
}

/// The chain as its definition has it, from step 0 on.
std::vector<bool> forward(double p, double q, NodeId node, std::uint64_t seed, std::uint64_t steps) {
  std::vector<bool> states;
  for (std::uint64_t k = 0; k < steps; ++k) {
    const double u = Draws{seed, Purpose::slow_step, node, k}.uniform();
    states.push_back(k == 0 ? u < p / (p + q) : u < (states.back() ? 1 - q : p));
  }
  return states;
}

TEST_CASE("A phase is a function of seed, node and step: any order, any other nodes, any threads") {
  constexpr std::uint64_t steps = 2000;
  for (const double p : {0.01, 0.6}) {
    const double q = p == 0.01 ? 0.03 : 0.8;
    const std::vector<bool> expected = forward(p, q, 2, 9, steps);
    const MarkovChain in_order{p, q, 3, 9}, backward{p, q, 300, 9}, shared{p, q, 3, 9};
    const auto differences = [&](const MarkovChain& chain, auto&& step_of) {
      int count = 0;
      for (std::uint64_t k = 0; k < steps; ++k) count += chain.slow(2, step_of(k)) != expected[step_of(k)];
      return count;
    };
    CHECK(differences(in_order, [](std::uint64_t k) { return k; }) == 0);
    CHECK(differences(backward, [](std::uint64_t k) { return steps - 1 - k; }) == 0);
    int of_thread = -1;
    std::thread other{[&] { of_thread = differences(shared, [](std::uint64_t k) { return k * 7 % steps; }); }};
    const int of_this = differences(shared, [](std::uint64_t k) { return k * 11 % steps; });
    other.join();
    CHECK(of_this == 0);
    CHECK(of_thread == 0);
  }
}

TEST_CASE("Stragglers change neither the draws of the law nor, with another slowdown, their own") {
  const auto usual = step_times(ExponentialStep{.mean = 1s}, 7);
  for (const double slowdown : {2.0, 8.0}) {
    const auto law = with_stragglers(Markov{.to_slow = 0.3, .to_fast = 0.3, .slowdown = slowdown},
                                     step_times(ExponentialStep{.mean = 1s}, 7), 4, 7);
    const MarkovChain chain{0.3, 0.3, 4, 7};
    for (std::uint64_t k = 0; k < 100; ++k)
      CHECK(law->duration(1, k, now) == usual->duration(1, k, now) * (chain.slow(1, k) ? slowdown : 1));
    CHECK(law->mean_slowdown(1) == doctest::Approx((1 + slowdown) / 2));
  }
}

TEST_CASE("Stragglers of the registry multiply, one over another") {
  const auto& kinds = stragglers();
  auto law = constant();
  const ComputeContext context{.nodes = 4};
  for (const auto& kind : kinds) {
    CAPTURE(kind.name);
    if (kind.name == "device_trace") continue;  // needs a file
    const auto before = law->duration(0, 0, now) / law->slowdown(0, 0);
    law = kind.make(defaults(kind.settings), std::move(law), context);
    CHECK((law->duration(0, 0, now) / law->slowdown(0, 0)).count() == doctest::Approx(before.count()));
  }
}

}  // namespace
}  // namespace gossamer
