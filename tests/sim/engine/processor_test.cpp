#include <cmath>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "sim/compute/laws.hpp"
#include "sim/engine/simulation.hpp"
#include "sim/network/models/piecewise.hpp"
#include "tests/formulas.hpp"
#include "tests/graphs.hpp"

// The time that computing and messages take from each other, if a node's processor does both.
namespace gossamer {
namespace {

using namespace std::chrono_literals;

/// Rounds of a message to each neighbor while computing.
Task send_while_computing(Node& node) {
  const Params x;
  while (node.running()) {
    for (const NodeId j : node.out_neighbors()) node.send(j, x);
    co_await node.gradient(x);
    for (const NodeId j : node.in_neighbors()) co_await node.receive(j);
  }
}

TEST_CASE("A gradient waits for the messages that its node's processor handles, before it and while it is computed") {
  // A message takes 4 ms, of which 3 ms at each end; a gradient 10 ms. In each round the processor handles one message
  // that leaves and one that comes: 16 ms; 10 ms if another core does it.
  const Mixing w = testing::complete(2);
  for (const auto& [interference, round] : {std::pair{1.0, 16ms}, std::pair{0.0, 10ms}}) {
    PiecewiseNetwork network{
        {.latency = {4e-3}, .bandwidth = {1e15}, .occupancy = {0.75}, .interference = interference}, 2};
    const auto steps = step_times(ConstantStep{.step = 10ms});
    Simulation simulation{{.mixing = w, .step_times = *steps, .network = network, .payload = 1}};
    simulation.run(send_while_computing, {.node_steps = 5});
    CHECK(simulation.now().count() == doctest::Approx(5 * Seconds{round}.count()));
  }
}

TEST_CASE("A step takes longer by what its node has received since the last one, where averaging takes time") {
  // Steps of 10 ms; in each round but the last a message of 1000 B comes in time for the next step, which takes 1 ms
  // longer at 1 MB/s.
  const Mixing w = testing::complete(2);
  const auto steps = averaging_at({.rate = 1e6}, step_times(ConstantStep{.step = 10ms}));
  PiecewiseNetwork network{{.latency = {1e-3}, .bandwidth = {1e15}}, 2};
  Simulation simulation{{.mixing = w, .step_times = *steps, .network = network, .payload = 1000}};
  simulation.run(send_while_computing, {.node_steps = 5});
  CHECK(simulation.now().count() == doctest::Approx(10e-3 + 4 * 11e-3));
  CHECK(simulation.snapshot().total.computing.count() == doctest::Approx(2 * (10e-3 + 4 * 11e-3)));
}

/// Rounds of three steps, then a message to each neighbor.
Task send_after_three_steps(Node& node, int rounds) {
  const Params x;
  for (int round = 0; round < rounds; ++round) {
    for (int h = 0; h < 3; ++h) co_await node.gradient(x);
    for (const NodeId j : node.out_neighbors()) node.send(j, x);
    for (const NodeId j : node.in_neighbors()) co_await node.receive(j);
  }
}

TEST_CASE("Averaging takes longer where steps lie between one average and the next") {
  // Rounds of 3 · 10 ms and a message of 1 ms. The step after it takes 1 ms longer at 1 MB/s, and a share 1 − 1/e, of
  // two steps beyond the first, of the 3 ms more that it takes at 0.25 MB/s.
  const Mixing w = testing::complete(2);
  const auto steps =
      averaging_at({.rate = 1e6, .cold_rate = 0.25e6, .cooling = 2}, step_times(ConstantStep{.step = 10ms}));
  PiecewiseNetwork network{{.latency = {1e-3}, .bandwidth = {1e15}}, 2};
  Simulation simulation{{.mixing = w, .step_times = *steps, .network = network, .payload = 1000}};
  simulation.run([](Node& node) { return send_after_three_steps(node, 4); }, {});
  const double averaging = 1e-3 + 3e-3 * (1 - std::exp(-1.0));
  CHECK(simulation.now().count() == doctest::Approx(4 * 31e-3 + 3 * averaging));
}

/// Node 1 takes two steps and answers. Node 0 asks it after computing for given times, and notes when it answers.
Task exchange_between_steps(Node& node, const Simulation& simulation, std::vector<double>& answers) {
  const Params x;
  node.on_exchange([x](const Params&) { return x; });
  for (int k = 0; k < 2; ++k) {
    if (node.id() == 0) {
      co_await node.exchange(1, x);
      answers.push_back(simulation.now().count());
    }
    co_await node.gradient(x);
  }
  co_await node.all_done();
}

TEST_CASE("A computing node notices a message after its attention time, at the latest at the end of the step") {
  // Steps of 10 ms on node 1 and of 3.5 ms on node 0, messages of 1 ms. Node 1's steps end at 10 and 20 ms; the first
  // message is there at 1 ms, the second 3.5 ms + 1 ms after the first answer.
  const Mixing w = testing::complete(2);
  const auto answers_with = [&](Seconds attention) {
    PiecewiseNetwork network{{.latency = {1e-3}, .bandwidth = {1e15}, .attention = attention}, 2};
    const testing::StepsBy steps{
        [](NodeId i, std::uint64_t) -> Seconds { return i == 0 ? Seconds{3.5ms} : Seconds{10ms}; }};
    Simulation simulation{{.mixing = w, .step_times = steps, .network = network, .payload = 1}};
    std::vector<double> answers;
    simulation.run([&](Node& node) { return exchange_between_steps(node, simulation, answers); }, {});
    return answers;
  };
  const auto check = [](const std::vector<double>& seen, const std::vector<double>& expected) {
    REQUIRE(seen.size() == expected.size());
    for (std::size_t k = 0; k < seen.size(); ++k) CHECK(seen[k] == doctest::Approx(expected[k]));
  };
  check(answers_with(0s), {2e-3, 7.5e-3});
  check(answers_with(4ms), {6e-3, 15.5e-3});
  check(answers_with(8ms), {10e-3, 21e-3});  // the second time the step is over first
  check(answers_with(1s), {11e-3, 21e-3});
}

}  // namespace
}  // namespace gossamer
