#include <malloc.h>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "algorithms/decentralized/ad_psgd.hpp"
#include "algorithms/decentralized/all_reduce_sgd.hpp"
#include "algorithms/decentralized/choco_sgd.hpp"
#include "algorithms/decentralized/d_psgd.hpp"
#include "algorithms/decentralized/swarm_sgd.hpp"
#include "algorithms/server/asgd.hpp"
#include "algorithms/server/fed_avg.hpp"
#include "sim/compute/laws.hpp"
#include "sim/faults/crash.hpp"
#include "sim/faults/message_faults.hpp"
#include "tests/graphs.hpp"
#include "tests/sim/ranks/cluster.hpp"

// The same schedule of faults in both worlds. Steps take 20 ms and messages a few, so that lateness of the machine
// changes no order.
namespace gossamer {
namespace {

using namespace std::chrono_literals;
using testing::is_first;
using testing::on_ranks;
using testing::Outcome;
using testing::Rough;
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

TEST_CASE("A difference that is lost is missing from the same copies on ranks, and CHOCO-SGD's models are the same") {
  Faults faults{.detection = 5ms};
  add(faults, Loss{.probability = 0.2});
  const Both both =
      run(faults, [](Node& node) { return choco_sgd(node, {.consensus_step = 0.4}); }, {.node_steps = 15});
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
  add(faults, Churn{.nodes = {0, 3}, .joins = {0.09, 0}, .leaves = {Outage::forever.count(), 0.15}});
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

TEST_CASE("Bursts of losses, and links that are down, befall the same messages on ranks") {
  Faults faults{.detection = 5ms};
  add(faults, BurstLoss{.good_to_bad = 0.15, .bad_to_good = 0.4});
  add(faults, LinkDown{.between = {2, 3}, .from = 110ms, .until = 190ms});
  add(faults, LinkDown{.node = 5, .from = 210ms, .until = 250ms, .messages = LinkDown::Messages::held});
  const Both both = run(faults, [](Node& node) { return d_psgd(node, {}); }, {.node_steps = 15});
  if (!is_first()) return;
  check_same_counts(both);
  CHECK(both.really.same_models(both.virtually));
  std::uint64_t lost = 0;
  for (const FaultCounters& counters : both.really.faults) lost += counters.lost_messages;
  CHECK(lost > 2 * 4);  // what 2 and 3 send each other in four rounds, and bursts
}

TEST_CASE("Servers and workers go on when any of them goes down and messages are lost, on ranks too") {
  Faults faults{.detection = 5ms};
  constexpr NodeId workers = n;
  faults.outages.push_back(outages(
      Crash{.mean_time_to_failure = 150ms, .downtime = 30ms, .recovery = Recovery::with_state}, workers + 1, 1));
  faults.messages.push_back(message_fault(Loss{.probability = 0.05}, workers + 1, 1));
  const Mixing w = testing::star(workers + 1);
  const auto steps = step_times(ConstantStep{.step = 10ms});
  const Rough objective{11};
  const testing::ClusterSetup setup{
      .mixing = w, .step_times = *steps, .objective = &objective, .nic = slow_cards, .faults = &faults, .servers = 1};
  for (const Program& program : {Program{[](Node& node) { return asgd(node, {}); }},
                                 Program{[](Node& node) { return fed_avg(node, {.local_steps = 3}); }}}) {
    const Outcome really = on_ranks(setup, program, {.node_steps = 30});
    if (!is_first()) continue;
    CHECK(really.end.reason == End::Reason::node_steps);
    for (std::size_t i = 0; i < static_cast<std::size_t>(workers); ++i) {
      CHECK(really.counters[i].node_steps >= 30);
      CHECK(really.faults[i].outages > 0);
    }
  }
}

Task count_starts(Node& node, std::vector<int>& starts) {
  ++starts[static_cast<std::size_t>(node.id())];
  Params x = node.initial_params();
  while (node.running()) x = co_await node.gradient(x);
}

TEST_CASE("A node keeps its state over many outages on ranks, whatever becomes of the memory of those before") {
  Faults faults;
  add(faults, Crash{.mean_time_to_failure = 20ms, .downtime = 5ms, .recovery = Recovery::with_state});
  std::vector<int> starts(n);
  mallopt(M_PERTURB, static_cast<int>(Recovery::without_state));  // what free memory is filled with
  run(faults, [&](Node& node) { return count_starts(node, starts); }, {.virtual_time = 400ms});
  mallopt(M_PERTURB, 0);
  // Once in virtual time, and once more on the rank that has the node.
  for (const int count : starts) CHECK((count == 1 || count == 2));
}

/// A node that starts for the first time shows its model after a step, and one that starts again shows nothing; all
/// others read node 2 and report what they find.
Task expose_once(Node& node, std::vector<int>& starts) {
  constexpr NodeId shown = 2;
  const bool first = starts[static_cast<std::size_t>(node.id())]++ == 0;
  Params x = node.initial_params();
  while (node.running()) {
    const Params g = co_await node.gradient(x);
    x = x - 0.1 * g;
    if (node.id() == shown && first) node.expose(x);
    if (node.id() != shown + 1 && node.id() != shown - 1) continue;
    const Params theirs = co_await node.read(shown);
    if (theirs) node.report(theirs);
  }
}

TEST_CASE("A node that has lost its state shows its model at time zero again, in both worlds") {
  Faults faults{.detection = 6ms};
  add(faults, Crash{.nodes = {2}, .at = 110ms, .downtime = 25ms, .recovery = Recovery::without_state});
  const Mixing w = testing::ring(n);
  const auto steps = step_times(ConstantStep{.step = 20ms});
  const Rough objective{11};
  const testing::ClusterSetup setup{
      .mixing = w, .step_times = *steps, .objective = &objective, .nic = slow_cards, .faults = &faults};
  const auto plane = testing::plane_of(objective);
  const std::vector<double> initial = plane->values(plane->initial_params(2));
  const auto found_by = [&](const Outcome& outcome, std::size_t reader) {
    const auto begin = outcome.models.begin() + static_cast<std::ptrdiff_t>(reader) * objective.dimension();
    return std::vector<double>(begin, begin + objective.dimension());
  };
  // Steps and reads take 26 ms, so that reads are answered at 23, 49, …, 101 ms, and, where node 2 is found down,
  // later.
  for (const Seconds end : {105ms, 185ms}) {
    std::vector<int> starts(n);
    const Outcome virtually =
        simulated(setup, [&](Node& node) { return expose_once(node, starts); }, {.virtual_time = end});
    starts.assign(n, 0);
    const Outcome really =
        on_ranks(setup, [&](Node& node) { return expose_once(node, starts); }, {.virtual_time = end});
    if (!is_first()) continue;
    for (const std::size_t reader : {1u, 3u}) {
      CHECK((found_by(virtually, reader) == initial) == (end > 110ms));
      CHECK((found_by(really, reader) == initial) == (end > 110ms));
    }
  }
}

/// Reads node 2 without end, and goes down while it reads.
Task read_on(Node& node) {
  Params x = node.initial_params();
  while (node.running()) {
    const Params g = co_await node.gradient(x);
    const Params theirs = co_await node.read(node.id() == 2 ? 3 : node.in_neighbors().front());
    if (theirs) x = 0.5 * x + 0.5 * theirs - 0.1 * g;
    node.report(x);
  }
}

TEST_CASE("An answer to a lost program does not answer requests of the next program") {
  // Requests are under way in [20, 23) ms and answers in [23, 26): both nodes go down meanwhile, for less than a step.
  Faults faults{.detection = 6ms};
  add(faults, Crash{.nodes = {1}, .at = 21ms, .downtime = 500us, .recovery = Recovery::without_state});
  add(faults, Crash{.nodes = {4}, .at = 24ms, .downtime = 500us, .recovery = Recovery::without_state});
  const Both both = run(faults, read_on, {.node_steps = 6});
  if (!is_first()) return;
  CHECK(both.really.end.reason == both.virtually.end.reason);
  for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i) {
    CHECK(both.really.counters[i].node_steps == 6);
    CHECK(both.really.counters[i].received_messages == both.virtually.counters[i].received_messages);
  }
}

TEST_CASE("A link that is down loses or holds the same requests of reads in both worlds") {
  // Requests are under way in [20, 23) ms. Nodes 0 and 1 read each other, and lose theirs, or have them 3 ms later.
  for (const auto messages : {LinkDown::Messages::lost, LinkDown::Messages::held}) {
    Faults faults{.detection = 6ms};
    add(faults, LinkDown{.between = {0, 1}, .from = 20500us, .until = 22ms, .messages = messages});
    const Both both = run(faults, read_on, {.node_steps = 4});
    if (!is_first()) continue;
    check_same_counts(both);
    for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i)
      CHECK(both.really.faults[i].lost_messages == (i < 2 && messages == LinkDown::Messages::lost ? 1 : 0));
  }
}

TEST_CASE("Nodes that come back or join start from the same neighbors' models in both worlds") {
  Faults faults{.detection = 6ms, .restart_from = RestartFrom::neighbor};
  add(faults, Crash{.nodes = {1, 4}, .at = 70ms, .downtime = 95ms, .recovery = Recovery::without_state});
  add(faults, Churn{.nodes = {3}, .joins = {0.13}, .leaves = {Outage::forever.count()}});
  const Both both = run(faults, [](Node& node) { return d_psgd(node, {}); }, {.virtual_time = 395ms});
  if (!is_first()) return;
  check_same_counts(both);
  CHECK(both.really.same_models(both.virtually));
}

TEST_CASE("A node runs one program in both worlds, and what is lost is lost once") {
  // Messages take 30 ms, and all are lost. Node 0 asks for a model at 5 and at 15 ms, and starts when that of 15 ms is
  // lost, at 45 ms; what others had sent to it is known to be lost before it waits for it, so that it sends every 20
  // ms. A node detects a loss 31 ms after its neighbor has sent. So the rounds of node 1, which waits for
  // nodes 0 and 2, begin at 0, 31, 76 = 45 + 31, 96 = 65 + 31 and 138 = 107 + 31 ms. Those of node 2, which waits for
  // node 1 alone, begin at 0, 31, 62, 107 = 76 + 31 and 127 = 96 + 31 ms. Node 3 is down from 5 ms on. Of what nodes 2
  // and 4 send to it at the beginning of a round, the fifth message is in flight at 150 ms.
  Faults faults{.detection = 1ms, .restart_from = RestartFrom::neighbor};
  add(faults, Loss{.probability = 1});
  for (const Seconds at : {4ms, 14ms})
    add(faults, Crash{.nodes = {0}, .at = at, .downtime = 1ms, .recovery = Recovery::without_state});
  add(faults, Crash{.nodes = {3}, .at = 5ms});
  const Mixing w = testing::ring(n);
  const auto steps = step_times(ConstantStep{.step = 20ms});
  const Rough objective{11};
  const testing::ClusterSetup setup{.mixing = w,
                                    .step_times = *steps,
                                    .objective = &objective,
                                    .nic = {.latency = Seconds{30e-3}, .bandwidth = 1e8},
                                    .payload = 4,
                                    .faults = &faults};
  const auto program = [](Node& node) { return d_psgd(node, {}); };
  const Limits limits{.virtual_time = 150ms};
  const Both both{simulated(setup, program, limits), on_ranks(setup, program, limits)};
  if (!is_first()) return;
  check_same_counts(both);
  CHECK(both.really.counters[0].node_steps == 5);       // at 65, 85, 105, 125, 145 ms: it waits for nothing
  CHECK(both.really.counters[1].node_steps == 4);       // at 20, 51, 96, 116 ms
  CHECK(both.really.faults[3].lost_messages == 4 + 4);  // sent at 0, 31, 62, 107 ms
}

/// Sends to the node behind it, and awaits a message from it that never comes.
Task await_nothing(Node& node) {
  const NodeId behind = (node.id() + 1) % node.nodes();
  node.send(behind, node.initial_params());
  co_await node.receive(behind);
}

TEST_CASE("Programs that start again and again without a step end a run in both worlds") {
  Faults faults;
  add(faults, Crash{.mean_time_to_failure = 4ms, .downtime = 1ms, .recovery = Recovery::without_state});
  const Both both = run(faults, await_nothing, {.node_steps = 12});
  if (!is_first()) return;
  std::uint64_t virtually = 0, really = 0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i) {
    virtually += both.virtually.faults[i].outages;
    really += both.really.faults[i].outages;
  }
  CHECK(both.virtually.end.reason == End::Reason::stuck);
  CHECK(virtually == 100 * n);
  CHECK(both.really.end.reason == End::Reason::stuck);
  CHECK(really >= 100 * n);
  CHECK(both.really.end.detail.find("node 0") != std::string::npos);
}

TEST_CASE("A run in which all nodes are down for good is stuck in both worlds") {
  Faults faults{.detection = 5ms};
  add(faults, Crash{.nodes = {}, .at = 70ms});
  const Both both = run(faults, [](Node& node) { return d_psgd(node, {}); }, {.node_steps = 50});
  if (!is_first()) return;
  for (const Outcome* const outcome : {&both.virtually, &both.really}) {
    CHECK(outcome->end.reason == End::Reason::stuck);
    CHECK(outcome->end.detail.starts_with("node 0 is down, node 1 is down"));
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
