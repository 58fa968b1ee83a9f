#include <cstdint>
#include <utility>

#include <doctest/doctest.h>

#include "sim/faults/crash.hpp"
#include "tests/cluster.hpp"
#include "tests/graphs.hpp"
#include "tests/sim/engine/faulty.hpp"

// All-reduces beside faults, in virtual time. Steps take 10 ms.
namespace gossamer {
namespace {

using namespace std::chrono_literals;
using testing::Cluster;
using testing::faults_of;
using testing::flat;
using testing::step;

/// Rounds of a gradient, then the mean of what each node holds.
Task average(Node& node) {
  Params x = node.initial_params();
  while (node.running()) {
    co_await node.gradient(x);
    x = co_await node.all_reduce_mean(x);
    node.report(x);
  }
}

TEST_CASE("After a crash an all-reduce averages exactly over the survivors, at the cost among them") {
  constexpr NodeId n = 5;
  const Mixing w = testing::complete(n);
  const auto objective = flat(n);
  Eigen::MatrixXd start(1, n);
  start << 1, 2, 4, 8, 16;
  const Faults faults = faults_of(n, 20ms, Crash{.nodes = {3}, .at = 5ms});
  Cluster cluster{{.mixing = w, .objective = objective, .message_time = 1ms, .initial = start, .faults = &faults}};
  cluster.run(average, {.node_steps = 3});
  for (const NodeId i : {0, 1, 2, 4}) CHECK(cluster.models()(0, i) == (1.0 + 2 + 4 + 16) / 4);
  // The first round waits until the crash is detected, at 25 ms; a ring of four takes 6 messages of 1 ms.
  CHECK(cluster.now().count() == doctest::Approx(25e-3 + 6e-3 + 2 * (10e-3 + 6e-3)));
}

TEST_CASE(
    "An all-reduce counts its bytes when it begins, by formula and among the living, or part by part if it is played") {
  // Node i joins at 10 (i + 1) ms. By formula the all-reduce begins at 40 ms, when the last one has joined. Where a
  // ring is played a node sends its first chunk, a quarter, as soon as it joins.
  constexpr NodeId n = 4;
  constexpr Bytes payload = 4000;
  const Mixing w = testing::complete(n);
  const testing::StepsBy steps{[](NodeId i, std::uint64_t) { return (i + 1.0) * step; }};
  const Faults none;
  struct Way {
    Collectives collectives;
    const Faults* faults;
  };
  for (const Way way : {Way{Collectives::formula, nullptr}, Way{Collectives::formula, &none},
                        Way{Collectives::played, nullptr}, Way{Collectives::played, &none}}) {
    const bool played = way.collectives == Collectives::played;
    const auto run_to = [&](const Limits& limits) {
      AlphaBetaNetwork network{{.latency = 1ms, .bandwidth = 1e15, .all_reduce = AllReduce::ring}};
      Simulation simulation{{.mixing = w,
                             .step_times = steps,
                             .network = network,
                             .payload = payload,
                             .collectives = way.collectives,
                             .faults = way.faults}};
      const End end = simulation.run(average, limits);
      return std::pair{end, simulation.snapshot().total};
    };
    const auto [first, at_first] = run_to({.node_steps = 1, .sent_bytes = 1});
    CHECK(first.reason == End::Reason::sent_bytes);
    CHECK(first.time.count() == doctest::Approx(played ? 10e-3 : 40e-3));
    CHECK(at_first.sent_bytes == (played ? payload / n : 2 * (n - 1) * payload));
    const auto [early, at_early] = run_to({.virtual_time = 9ms, .node_steps = 1});
    CHECK(at_early.sent_bytes == 0);
    CHECK(at_early.sent_messages == 0);
    const auto [last, at_last] = run_to({.node_steps = 1});
    CHECK(last.reason == End::Reason::node_steps);
    CHECK(at_last.sent_bytes == 2 * (n - 1) * payload);
    CHECK(at_last.received_bytes == at_last.sent_bytes);
    CHECK(at_last.sent_messages == 2 * (n - 1) * n);
    CHECK(at_last.received_messages == at_last.sent_messages);
  }
}

TEST_CASE("An all-reduce that a node has joined is its own, though it was down meanwhile") {
  constexpr NodeId n = 3;
  const Mixing w = testing::complete(n);
  const auto objective = flat(n);
  Eigen::MatrixXd start(1, n);
  start << 1, 2, 6;
  // Node 0 is down from 12 ms to 112 ms; node 1 needs 30 ms for a step.
  const Faults faults =
      faults_of(n, 5ms, Crash{.nodes = {0}, .at = 12ms, .downtime = 100ms, .recovery = Recovery::with_state});
  Cluster cluster{{.mixing = w,
                   .objective = objective,
                   .step_time = [](NodeId i, std::uint64_t) { return i == 1 ? 3 * step : step; },
                   .initial = start,
                   .faults = &faults}};
  cluster.run(average, {.node_steps = 1});
  for (NodeId i = 0; i < n; ++i) CHECK(cluster.models()(0, i) == doctest::Approx(3));
  CHECK(cluster.now().count() == doctest::Approx(0.112));
}

}  // namespace
}  // namespace gossamer
