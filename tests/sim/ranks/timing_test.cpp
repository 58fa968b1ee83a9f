#include <algorithm>
#include <array>
#include <cmath>

#include <doctest/doctest.h>

#include "sim/compute/laws.hpp"
#include "tests/graphs.hpp"
#include "tests/sim/ranks/cluster.hpp"

// Shaped messages take the model's time on the wall clock. A rank that is late for an event does not delay the later
// ones, so only the lateness of the last event counts, if the machine keeps up at all. The median of three runs of
// about a second each stays within a few milliseconds even on a machine that does other work.
namespace gossamer {
namespace {

using namespace std::chrono_literals;
using testing::on_ranks;

constexpr Nic gigabit{.latency = 1ms, .bandwidth = 1.25e8};
constexpr Nic slow{.latency = 5ms, .bandwidth = 1.25e7};

/// The duration of a program, the median of three runs.
Seconds measured(const Mixing& w, const Nic& nic, Bytes payload, const Program& program) {
  const auto law = step_times(ConstantStep{1ms});
  const testing::Flat objective{1000};
  const testing::ClusterSetup setup{
      .mixing = w, .step_times = *law, .objective = &objective, .nic = nic, .payload = payload};
  std::array<Seconds, 3> times;
  for (Seconds& time : times) time = on_ranks(setup, program, {}).end.time;
  std::sort(times.begin(), times.end());
  return times[1];
}

/// As many rounds as take about a second.
int rounds_of(Seconds duration) { return static_cast<int>(1s / duration); }

/// Node 1 serves; nodes 0 and 1 send back all that they receive.
Task ping_pong(Node& node, int rounds) {
  Params x = node.initial_params();
  if (node.id() == 1) node.send(0, x);
  for (int k = 0; node.id() < 2 && k < rounds; ++k) {
    x = co_await node.receive(1 - node.id());
    node.send(1 - node.id(), x);
  }
}

Task average(Node& node, int rounds) {
  Params x = node.initial_params();
  for (int k = 0; k < rounds; ++k) x = co_await node.all_reduce_mean(x);
}

/// Three steps while the mean of the models before them is on its way.
Task overlap(Node& node, int rounds) {
  Params x = node.initial_params();
  for (int k = 0; k < rounds; ++k) {
    const Pending mean = node.all_reduce_mean(x);
    for (int h = 0; h < 3; ++h) co_await node.gradient(x);
    x = co_await mean;
  }
}

TEST_CASE("An all-reduce that flies while steps are made takes none of their time, within 3 %") {
  constexpr NodeId n = 4;
  const Mixing w = testing::complete(n);
  // Six messages of 1250 bytes, 0.22 ms each, are hidden behind three steps of 1 ms.
  const Nic nic{.latency = 100us, .bandwidth = 1e7, .all_reduce = AllReduce::ring};
  const Seconds round = 3ms;
  const int rounds = rounds_of(round);
  const Seconds seen = measured(w, nic, 5000, [rounds](Node& node) { return overlap(node, rounds); });
  CHECK(std::abs(seen / (rounds * round) - 1) < 0.03);
}

TEST_CASE("Ping-pong takes latency plus bytes over bandwidth each way, within 0.5 %") {
  constexpr Bytes payload = 100'000;
  const Mixing w = testing::complete(std::max(2, testing::session().ranks()));
  for (const Nic& nic : {gigabit, slow}) {
    const Seconds flight = nic.latency + Seconds{payload / nic.bandwidth};
    const int rounds = rounds_of(2 * flight);
    const Program program = [rounds](Node& node) { return ping_pong(node, rounds); };
    // Each receives `rounds` messages, and the last one sent is on its way when all others are done.
    const Seconds expected = (2 * rounds + 1) * flight;
    CHECK(measured(w, nic, payload, program).count() == doctest::Approx(expected.count()).epsilon(0.005));
  }
}

/// The first node reads the last one, which lives on another rank, again and again.
Task read_the_last(Node& node, int rounds) {
  const Params x = node.initial_params();
  node.expose(x);
  for (int k = 0; node.id() == 0 && k < rounds; ++k) co_await node.read(node.nodes() - 1);
}

TEST_CASE("A read takes two latencies plus bytes over bandwidth, within 0.5 %") {
  constexpr Bytes payload = 100'000;
  const Mixing w = testing::complete(std::max(2, testing::session().ranks()));
  for (const Nic& nic : {gigabit, slow}) {
    const Seconds once = 2 * nic.latency + Seconds{payload / nic.bandwidth};
    const int rounds = rounds_of(once);
    const Program program = [rounds](Node& node) { return read_the_last(node, rounds); };
    CHECK(measured(w, nic, payload, program).count() == doctest::Approx((rounds * once).count()).epsilon(0.005));
  }
}

/// All others read node 0, which computes, exposes its model and sends to node 1.
Task crowd_around_node_0(Node& node, int rounds) {
  const Params x = node.initial_params();
  for (int k = 0; k < rounds; ++k) {
    if (node.id() > 0) {
      co_await node.read(0);
    } else {
      for (int step = 0; step < 4; ++step) co_await node.gradient(x);
      node.expose(x);
      node.send(1, x);
    }
  }
  for (int k = 0; node.id() == 1 && k < rounds; ++k) co_await node.receive(0);
}

TEST_CASE("Reads that queue at a card, beside its own messages, take as long as in virtual time, within 2 %") {
  constexpr NodeId n = 8;
  constexpr Bytes payload = 100'000;
  const Mixing w = testing::complete(n);
  for (const Nic& nic : {gigabit, slow}) {
    const int rounds = rounds_of(n * Seconds{payload / nic.bandwidth});
    const Program program = [rounds](Node& node) { return crowd_around_node_0(node, rounds); };
    const auto law = step_times(ConstantStep{1ms});
    const testing::Flat objective{1000};
    const testing::ClusterSetup setup{
        .mixing = w, .step_times = *law, .objective = &objective, .nic = nic, .payload = payload};
    const Seconds expected = testing::simulated(setup, program, {}).end.time;
    CHECK(measured(w, nic, payload, program).count() == doctest::Approx(expected.count()).epsilon(0.02));
  }
}

TEST_CASE("An all-reduce played message by message takes its formula, within 3 %") {
  constexpr NodeId n = 8;
  constexpr Bytes payload = 1'000'000;
  const Mixing w = testing::complete(n);
  for (Nic nic : {gigabit, slow}) {
    for (const AllReduce algorithm : {AllReduce::ring, AllReduce::recursive_doubling}) {
      nic.all_reduce = algorithm;
      const Seconds once = NicNetwork{nic, n}.all_reduce(n, payload).duration;
      const int rounds = rounds_of(once);
      const Program program = [rounds](Node& node) { return average(node, rounds); };
      CHECK(measured(w, nic, payload, program).count() == doctest::Approx((rounds * once).count()).epsilon(0.03));
    }
  }
}

/// Even nodes compute and answer; odd ones ask them, again and again.
Task exchange_with_busy_node(Node& node, int rounds) {
  const Params x = node.initial_params();
  node.on_exchange([x](const Params&) { return x; });
  for (int k = 0; k < rounds; ++k) {
    if (node.id() % 2 == 0) co_await node.gradient(x);
    if (node.id() % 2 == 1) co_await node.exchange(node.id() - 1, x);
  }
  co_await node.all_done();
}

TEST_CASE("A node that computes notices messages as late as in virtual time, within 1 %") {
  const Mixing w = testing::complete(4);
  const auto law = step_times(ConstantStep{10ms});
  const testing::Flat objective{1000};
  for (const Seconds attention : {Seconds{3ms}, Seconds{15ms}}) {
    const testing::ClusterSetup setup{
        .mixing = w,
        .step_times = *law,
        .objective = &objective,
        .piecewise = Piecewise{.latency = {1e-3}, .bandwidth = {1e12}, .attention = attention}};
    const Program program = [](Node& node) { return exchange_with_busy_node(node, 80); };
    const Seconds expected = testing::simulated(setup, program, {}).end.time;
    CHECK(on_ranks(setup, program, {}).end.time.count() == doctest::Approx(expected.count()).epsilon(0.01));
  }
}

TEST_CASE("Averaging makes paced steps longer, as in virtual time, within 1 %") {
  const Mixing w = testing::ring(4);
  const auto law = averaging_at({.rate = 1e6}, step_times(ConstantStep{2ms}));
  const testing::Flat objective{1000};
  const testing::ClusterSetup setup{
      .mixing = w, .step_times = *law, .objective = &objective, .nic = gigabit, .payload = 2000};
  const Program program = [](Node& node) -> Task {
    Params x = node.initial_params();
    for (int k = 0; k < 100; ++k) {
      for (const NodeId j : node.out_neighbors()) node.send(j, x);
      x = co_await node.gradient(x);
      for (const NodeId j : node.in_neighbors()) co_await node.receive(j);
    }
  };
  // Two messages of 2000 B before each step but the first.
  CHECK(testing::simulated(setup, program, {}).end.time.count() == doctest::Approx(2e-3 + 99 * 6e-3));
  CHECK(on_ranks(setup, program, {}).end.time.count() == doctest::Approx(2e-3 + 99 * 6e-3).epsilon(0.01));
}

TEST_CASE("Paced gradients take the law's time, one after the other, within 0.5 %") {
  const Mixing w = testing::ring(8);
  const Program program = [](Node& node) -> Task {
    Params x = node.initial_params();
    for (int k = 0; k < 1000; ++k) x = co_await node.gradient(x);
  };
  CHECK(measured(w, gigabit, 100, program).count() == doctest::Approx(1.0).epsilon(0.005));
}

}  // namespace
}  // namespace gossamer
