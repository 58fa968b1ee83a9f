#include <algorithm>
#include <atomic>
#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "algorithms/decentralized/d_psgd.hpp"
#include "algorithms/decentralized/swarm_sgd.hpp"
#include "sim/compute/device_trace.hpp"
#include "sim/compute/laws.hpp"
#include "sim/compute/stragglers.hpp"
#include "tests/all_reduces.hpp"
#include "tests/graphs.hpp"
#include "tests/parameter_server.hpp"
#include "tests/sim/ranks/cluster.hpp"

// The functions of a node that programs may call, and the ends of runs, in both worlds.
namespace gossamer {
namespace {

using namespace std::chrono_literals;
using testing::ClusterSetup;
using testing::is_first;
using testing::on_ranks;
using testing::Outcome;
using testing::session;
using testing::simulated;

/// ∇F_i = i + 1 everywhere.
class Slope final : public Objective<double> {
 public:
  Index dimension() const override { return 3; }
  void gradient(NodeId node, std::uint64_t, const double*, double* g, Workspace&) const override {
    for (Index k = 0; k < 3; ++k) g[k] = node + 1;
  }
};

// ---------------------------------------------------------------------------------------------------------------------
// Needs of future algorithms.

TEST_CASE("An asynchronous parameter server takes in every gradient once, in whichever order they come") {
  constexpr NodeId n = 5;
  constexpr int steps = 20;
  const Mixing w = testing::complete(n);
  const auto law = step_times(ExponentialStep{500us}, 1);
  const Slope objective;
  const ClusterSetup setup{.mixing = w, .step_times = *law, .objective = &objective};
  const Program program = [](Node& node) { return testing::parameter_server(node, 0.01); };
  const auto start = testing::plane_of(objective);
  const auto x0 = start->values(start->initial_params(0));
  const auto check = [&](const Outcome& seen) {
    CHECK(seen.end.reason == End::Reason::node_steps);
    for (std::size_t k = 0; k < x0.size(); ++k) {
      const double expected = x0[k] - 0.01 * steps * (2 + 3 + 4 + 5);
      CHECK(seen.models[k] == doctest::Approx(expected).epsilon(1e-12));
    }
    CHECK(seen.counters[0].interactions == (n - 1) * steps);
  };
  check(simulated(setup, program, {.node_steps = steps}));
  const Outcome seen = on_ranks(setup, program, {.node_steps = steps});
  if (is_first()) check(seen);
}

/// Local steps continue while the mean of the models before them is in flight.
Task overlapping(Node& node, int local_steps) {
  Params x = node.initial_params();
  while (node.running()) {
    const Params base = x;
    const Pending mean = node.all_reduce_mean(base);
    for (int h = 0; h < local_steps; ++h) {
      const Params g = co_await node.gradient(x);
      x = x - 0.1 * g;
    }
    const Params average = co_await mean;
    x = average + (x - base);
    node.report(x);
  }
}

TEST_CASE("An all-reduce flies while local steps are made, and gives the same bits in both worlds") {
  constexpr NodeId n = 6;
  const Mixing w = testing::complete(n);
  const auto law = step_times(ConstantStep{4ms});
  const testing::Rough objective{31};
  for (const AllReduceMethod& all_reduce : testing::all_reduces) {
    // Ten messages of at most 1 ms each are hidden behind three steps of 4 ms.
    const ClusterSetup setup{.mixing = w,
                             .step_times = *law,
                             .objective = &objective,
                             .nic = testing::with_all_reduce(Nic{.latency = 800us, .bandwidth = 1e8}, all_reduce),
                             .payload = 5000};
    const Program program = [](Node& node) { return overlapping(node, 3); };
    const Outcome expected = simulated(setup, program, {.node_steps = 30});
    const Outcome seen = on_ranks(setup, program, {.node_steps = 30});
    CHECK(expected.end.time.count() == doctest::Approx(30 * 4e-3));
    if (is_first()) CHECK(seen.same_models(expected));
  }
}

TEST_CASE("All-reduces follow each other without a pause: a node may be in the next while others end the last") {
  constexpr NodeId n = 7;
  const Mixing w = testing::complete(n);
  const auto law = step_times(ConstantStep{1ms});
  const testing::Rough objective{40};
  const Program program = [](Node& node) -> Task {
    Params x = node.initial_params();
    for (int k = 0; k < 30; ++k) {
      const Params mean = co_await node.all_reduce_mean(x);
      x = 0.5 * x + 0.6 * mean;
    }
    node.report(x);
  };
  std::vector<AllReduceMethod> all_reduces{testing::all_reduces.begin(), testing::all_reduces.end()};
  all_reduces.emplace_back(AllReduce::automatic);  // every rank makes the same choice as the simulation
  for (const AllReduceMethod& all_reduce : all_reduces) {
    for (const auto wire : {RankWorld::Wire::shaped, RankWorld::Wire::real}) {
      const ClusterSetup setup{.mixing = w,
                               .step_times = *law,
                               .objective = &objective,
                               .nic = testing::with_all_reduce(Nic{.latency = 100us, .bandwidth = 1e9}, all_reduce)};
      const Outcome seen = on_ranks(setup, program, {}, {.wire = wire});
      CHECK(seen.end.reason == End::Reason::finished);
      if (is_first()) CHECK(seen.same_models(simulated(setup, program, {})));
    }
  }
}

/// Node 1's gradient takes its time; all others' none.
class OneSlow final : public Objective<double> {
 public:
  Index dimension() const override { return 3; }
  void gradient(NodeId node, std::uint64_t, const double*, double* g, Workspace&) const override {
    if (node == 1) std::this_thread::sleep_for(300ms);
    for (Index k = 0; k < 3; ++k) g[k] = 0;
  }
};

TEST_CASE("A handler answers while its node computes") {
  const Mixing w = testing::complete(4);
  const auto law = step_times(ConstantStep{1ms});
  const OneSlow objective;
  const Program program = [](Node& node) -> Task {
    const Params x = node.initial_params();
    node.on_exchange([x](const Params&) { return x; });
    if (node.id() == 1) {
      co_await node.gradient(x);
    } else {
      co_await node.exchange(1, x);
    }
    co_await node.all_done();
  };
  const Outcome seen = on_ranks({.mixing = w, .step_times = *law, .objective = &objective}, program, {},
                                {.compute = RankWorld::Compute::real, .wire = RankWorld::Wire::real});
  CHECK(seen.end.reason == End::Reason::finished);
  CHECK(seen.end.time > 300ms);
  if (is_first()) CHECK(seen.counters[1].staleness_max == 3);  // all three met it during its gradient
}

TEST_CASE("In real time a slow node's gradient is stretched") {
  const Mixing w = testing::complete(4);
  const auto law = step_times(SlowNodes{.step = 1ms, .fraction = 1, .slowdown = 2}, 4, 1);
  const OneSlow objective;
  const Program program = [](Node& node) -> Task {
    const Params x = node.initial_params();
    co_await node.gradient(x);
  };
  const Outcome seen = on_ranks({.mixing = w, .step_times = *law, .objective = &objective}, program, {},
                                {.compute = RankWorld::Compute::real, .wire = RankWorld::Wire::real});
  CHECK(seen.end.time >= 600ms);
  CHECK(seen.end.time < 900ms);
}

TEST_CASE("In paced time a step asks its law with the time at which it starts") {
  // Steps of 15 ms on a device that is away from 20 ms to 120 ms: the second ends at 130 ms.
  const Mixing w = testing::complete(4);
  const DeviceTrace device{.device = "a", .states = {{}, {.from = 20ms, .available = false}, {.from = 120ms}}};
  const auto law = with_devices(Devices::Assignment::in_order, {device}, step_times(ConstantStep{15ms}), 4, 1);
  const testing::Flat objective{5};
  const Program program = [](Node& node) -> Task {
    const Params x = node.initial_params();
    for (int k = 0; k < 2; ++k) co_await node.gradient(x);
  };
  const Outcome seen = on_ranks({.mixing = w, .step_times = *law, .objective = &objective}, program, {});
  CHECK(seen.end.time >= 130ms);
  CHECK(seen.end.time < 330ms);
}

// ---------------------------------------------------------------------------------------------------------------------
// Ends of runs.

TEST_CASE("Every node of a line makes its steps, however seldom it meets") {
  constexpr NodeId n = 6;
  const Mixing w = testing::line(n);
  const auto law = step_times(SlowNodes{.step = 500us, .fraction = 0.2, .slowdown = 5}, n, 1);
  const testing::Flat objective{5};
  for (const auto variant : {SwarmSgd::Variant::nb2, SwarmSgd::Variant::blocking}) {
    const Program program = [=](Node& node) { return swarm_sgd(node, {.local_steps = 3, .variant = variant}); };
    const Outcome seen =
        on_ranks({.mixing = w, .step_times = *law, .objective = &objective}, program, {.node_steps = 24});
    CHECK(seen.end.reason == End::Reason::node_steps);
    for (const NodeCounters& counters : seen.counters) CHECK(counters.node_steps == 24);
  }
}

TEST_CASE("Whoever has made its steps stays to answer a slow node") {
  constexpr NodeId n = 6;
  const Mixing w = testing::complete(n);
  const auto law = step_times(SlowNodes{.step = 500us, .fraction = 0.2, .slowdown = 20}, n, 1);
  const testing::Flat objective{5};
  const Program program = [](Node& node) -> Task {
    const Params x = node.initial_params();
    node.on_exchange([x](const Params&) { return x; });
    while (node.running()) {
      co_await node.gradient(x);
      co_await node.exchange(node.random_neighbor(), x);
    }
    co_await node.all_done();
  };
  const Outcome seen =
      on_ranks({.mixing = w, .step_times = *law, .objective = &objective}, program, {.node_steps = 10});
  CHECK(seen.end.reason == End::Reason::node_steps);
  CHECK(seen.end.detail.empty());
  std::uint64_t interactions = 0;
  for (const NodeCounters& counters : seen.counters) interactions += counters.interactions;
  if (is_first()) CHECK(interactions == 2 * 10 * n);
}

TEST_CASE("A run in which everybody waits is found stuck, and says who waits for whom") {
  const Mixing w = testing::ring(5);
  const auto law = step_times(ConstantStep{1ms});
  const testing::Flat objective{5};
  const ClusterSetup setup{.mixing = w, .step_times = *law, .objective = &objective};
  const Program program = [](Node& node) -> Task {
    const Params x = node.initial_params();
    if (node.id() == 1) node.send(2, x);  // which waits for another
    if (node.id() != 4) co_await node.receive((node.id() + 4) % 5 == 1 ? 3 : (node.id() + 4) % 5);
    if (node.id() == 4) co_await node.all_reduce_mean(x);
  };
  const End expected = simulated(setup, program, {}).end;
  const End seen = on_ranks(setup, program, {}).end;
  CHECK(expected.reason == End::Reason::stuck);
  CHECK(seen.reason == End::Reason::stuck);
  CHECK(seen.detail == expected.detail);
}

TEST_CASE("An exception of a program on one rank ends the run on all ranks, with the same message") {
  constexpr NodeId n = 6;
  const Mixing w = testing::ring(n);
  const auto law = step_times(ConstantStep{1ms});
  const testing::Flat objective{5};
  const Program program = [](Node& node) -> Task {
    Params x = node.initial_params();
    for (int k = 0;; ++k) {
      x = co_await node.gradient(x);
      if (node.id() == n - 1 && k == 7) throw std::logic_error{"node 5 has had enough"};
    }
  };
  for (int again = 0; again < 2; ++again)
    CHECK_THROWS_WITH(on_ranks({.mixing = w, .step_times = *law, .objective = &objective}, program, {}),
                      "node 5 has had enough");
}

/// Computes until the end; the last node raises the signal on its rank after 20 steps.
Task raise_after_20_steps(Node& node, std::atomic<bool>& interrupt) {
  const Params x = node.initial_params();
  for (int k = 1; node.running(); ++k) {
    co_await node.gradient(x);
    if (k == 20 && node.id() == node.nodes() - 1) interrupt = true;
  }
}

TEST_CASE("A signal to any rank ends the run on all") {
  const Mixing w = testing::ring(6);
  const auto law = step_times(ConstantStep{1ms});
  const NicNetwork network{{}, 6};
  std::atomic<bool> interrupt{false};
  const Program program = [&interrupt](Node& node) { return raise_after_20_steps(node, interrupt); };
  RankWorld world{session(), {.mixing = w, .step_times = *law, .network = network}};
  const End end = world.run(program, {}, nullptr, &interrupt);
  CHECK(end.reason == End::Reason::interrupted);
  CHECK(end.detail.empty());
  CHECK(end.time >= 20ms);
}

TEST_CASE("A limit of time is kept, and one of bytes soon") {
  constexpr NodeId n = 6;
  const Mixing w = testing::ring(n);
  const auto law = step_times(ConstantStep{1ms});
  const testing::Flat objective{5};
  const ClusterSetup setup{.mixing = w, .step_times = *law, .objective = &objective, .payload = 1000};
  const Program program = [](Node& node) { return d_psgd(node, {}); };

  const Outcome timed = on_ranks(setup, program, {.virtual_time = 50.5ms});
  CHECK(timed.end.reason == End::Reason::virtual_time);
  CHECK(timed.end.time == Seconds{50.5e-3});
  for (const NodeCounters& counters : timed.counters) {
    CHECK(counters.node_steps > 0);
    CHECK(counters.node_steps <= 50);  // fewer where the machine does not keep up
  }

  const Outcome counted = on_ranks(setup, program, {.sent_bytes = 100 * 1000});
  CHECK(counted.end.reason == End::Reason::sent_bytes);
  Bytes sent = 0;
  for (const NodeCounters& counters : counted.counters) sent += counters.sent_bytes;
  if (is_first()) CHECK(sent >= 100 * 1000);
}

TEST_CASE("Messages too long to be sent at once arrive in order on the real network") {
  constexpr NodeId n = 4;
  const Mixing w = testing::complete(n);
  const auto law = step_times(ConstantStep{100us});
  const testing::Rough objective{20'000};
  const ClusterSetup setup{.mixing = w, .step_times = *law, .objective = &objective, .payload = 1'000'000};
  const Program program = [](Node& node) { return d_psgd(node, {}); };
  const Outcome seen = on_ranks(setup, program, {.node_steps = 10}, {.wire = RankWorld::Wire::real});
  if (is_first()) CHECK(seen.same_models(simulated(setup, program, {.node_steps = 10})));
}

TEST_CASE("Runs that ranks cannot execute are refused") {
  const Mixing w = testing::ring(3);
  const auto law = step_times(ConstantStep{1ms});
  const NicNetwork network{{}, 3};
  RankWorld::Setup setup{.mixing = w, .step_times = *law, .network = network};
  setup.compute = RankWorld::Compute::real;
  CHECK_THROWS_AS(RankWorld::check(session(), setup), MpiError);
  setup.compute = RankWorld::Compute::paced;
  setup.collective = RankWorld::Collective::mpi;
  CHECK_THROWS_AS(RankWorld::check(session(), setup), MpiError);
  setup.collective = RankWorld::Collective::played;
  setup.payload = Bytes{1} << 31;
  CHECK_THROWS_AS(RankWorld::check(session(), setup), MpiError);
  setup.payload = 1;
  if (session().ranks() <= 3) CHECK_NOTHROW(RankWorld::check(session(), setup));
  if (session().ranks() > 3)
    CHECK_THROWS_WITH_AS(RankWorld::check(session(), setup),
                         "4 ranks for 3 nodes: every rank needs a node; start at most 3", MpiError);
}

}  // namespace
}  // namespace gossamer
