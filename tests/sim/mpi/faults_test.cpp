#include <memory>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include "algorithms/ad_psgd.hpp"
#include "algorithms/all_reduce_sgd.hpp"
#include "algorithms/d_psgd.hpp"
#include "algorithms/swarm_sgd.hpp"
#include "sim/compute/laws.hpp"
#include "sim/faults/crash.hpp"
#include "sim/faults/message_faults.hpp"
#include "tests/graphs.hpp"
#include "tests/sim/mpi/cluster.hpp"

// The same schedule of faults in both worlds. Steps take 20 ms and messages a few, so that what the machine is late by
// changes no order.
namespace gossamer {
namespace {

using namespace std::chrono_literals;
using testing::on_ranks;
using testing::Outcome;
using testing::Rough;
using testing::session;
using testing::simulated;

constexpr NodeId n = 6;
constexpr Nic slow_cards{.latency = Seconds{3e-3}, .bandwidth = 1e8};

struct Both {
  Outcome virtually;
  Outcome really;
};

Both run(const Faults& faults, const Program& program, const Limits& limits) {
  const Mixing w = testing::ring(n);
  const auto steps = step_times(ConstantStep{.step = 20ms});
  const Rough objective{11};
  const testing::ClusterSetup setup{
      .mixing = w, .step_times = *steps, .objective = &objective, .nic = slow_cards, .faults = &faults};
  return {simulated(setup, program, limits), on_ranks(setup, program, limits)};
}

void check_same_counts(const Both& both) {
  CHECK(both.really.end.reason == both.virtually.end.reason);
  for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i) {
    CAPTURE(i);
    const FaultCounters &real = both.really.faults[i], &expected = both.virtually.faults[i];
    CHECK(real.outages == expected.outages);
    CHECK(real.lost_messages == expected.lost_messages);
    CHECK(real.corrupted_messages == expected.corrupted_messages);
    CHECK(real.retransmitted_messages == expected.retransmitted_messages);
    CHECK(both.really.counters[i].node_steps == both.virtually.counters[i].node_steps);
    CHECK(both.really.counters[i].sent_messages == both.virtually.counters[i].sent_messages);
    CHECK(both.really.counters[i].received_messages == both.virtually.counters[i].received_messages);
  }
}

bool is_first() { return session().rank() == 0; }

template <class S>
void add(Faults& faults, S settings) {
  if constexpr (requires { outages(settings, n, std::uint64_t{1}); }) {
    faults.outages.push_back(outages(std::move(settings), n, 1));
  } else {
    faults.messages.push_back(message_fault(std::move(settings), n, 1));
  }
}

TEST_CASE("Lost, corrupted and retransmitted messages are the same ones on ranks, and so are D-PSGD's models") {
  Faults faults{.detection = 5ms};
  add(faults, Loss{.probability = 0.1});
  add(faults, Corruption{.probability = 0.1, .retransmit = 7ms});
  const Both both = run(faults, [](Node& node) { return d_psgd(node, {}); }, {.node_steps = 15});
  if (!is_first()) return;
  check_same_counts(both);
  CHECK(both.really.same_models(both.virtually));
  CHECK(both.virtually.faults[0].lost_messages > 0);
}

TEST_CASE("A node that stops for good is gone in both worlds, and D-PSGD's models are the same") {
  Faults faults{.detection = 5ms};
  add(faults, Crash{.nodes = {2}, .at = 110ms});
  const Both both = run(faults, [](Node& node) { return d_psgd(node, {}); }, {.node_steps = 12});
  if (!is_first()) return;
  check_same_counts(both);
  CHECK(both.really.same_models(both.virtually));
  CHECK(both.really.counters[2].node_steps == 5);
  CHECK(both.really.counters[0].node_steps == 12);
}

TEST_CASE("Nodes that come back, with and without their state, do so in both worlds") {
  for (const auto recovery : {Recovery::with_state, Recovery::without_state}) {
    Faults faults{.detection = 6ms};
    add(faults, Crash{.nodes = {1, 4}, .at = 70ms, .downtime = 95ms, .recovery = recovery});
    const Both both = run(faults, [](Node& node) { return d_psgd(node, {}); }, {.virtual_time = 395ms});
    if (!is_first()) continue;
    check_same_counts(both);
    CHECK(both.really.same_models(both.virtually));
    for (const std::size_t i : {1u, 4u})
      CHECK(both.really.faults[i].down.count() == doctest::Approx(0.095).epsilon(0.02));
  }
}

TEST_CASE("Nodes that join late and leave do so in both worlds, and asynchronous algorithms go on") {
  Faults faults{.detection = 6ms};
  add(faults, Churn{.nodes = {0, 3}, .joins = {0.09, 0}, .leaves = {Outage::for_good.count(), 0.15}});
  add(faults, Loss{.probability = 0.1});
  for (const Program& program : {Program{[](Node& node) { return swarm_sgd(node, {.local_steps = 1}); }},
                                 Program{[](Node& node) { return ad_psgd(node, {}); }}}) {
    const Both both = run(faults, program, {.node_steps = 12});
    if (!is_first()) continue;
    CHECK(both.really.end.reason == End::Reason::node_steps);
    for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i) {
      CHECK(both.really.counters[i].node_steps == both.virtually.counters[i].node_steps);
      CHECK(both.really.faults[i].outages == both.virtually.faults[i].outages);
    }
  }
}

TEST_CASE("An all-reduce on ranks says that it needs every node") {
  Faults faults{.detection = 6ms};
  add(faults, Crash{.nodes = {1}, .at = 1h});
  const Mixing w = testing::ring(n);
  const auto steps = step_times(ConstantStep{.step = 5ms});
  const testing::ClusterSetup setup{.mixing = w, .step_times = *steps, .faults = &faults};
  CHECK_THROWS_WITH(on_ranks(setup, [](Node& node) { return all_reduce_sgd(node, {}); }, {.node_steps = 2}),
                    "on real ranks an all-reduce needs every node, and here some may be down; run it in virtual time");
}

}  // namespace
}  // namespace gossamer
