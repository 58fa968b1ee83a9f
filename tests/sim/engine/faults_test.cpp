#include <malloc.h>

#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "sim/faults/crash.hpp"
#include "sim/faults/message_faults.hpp"
#include "tests/cluster.hpp"
#include "tests/graphs.hpp"
#include "tests/sim/engine/faulty.hpp"

// Nodes that go down, in virtual time: the view of programs. Steps take 10 ms.
namespace gossamer {
namespace {

using namespace std::chrono_literals;
using testing::Cluster;
using testing::DiagonalQuadratics;
using testing::faults_of;
using testing::flat;
using testing::Note;
using testing::step;

Task compute_alone(Node& node) {
  Params x = node.initial_params();
  while (node.running()) {
    x = co_await node.gradient(x);
    node.report(x);
  }
}

TEST_CASE("A node that comes back with its state has lost exactly its downtime") {
  const Mixing w = testing::ring(3);
  const auto objective = flat(3);
  const Faults faults =
      faults_of(3, 1ms, Crash{.nodes = {1}, .at = 33ms, .downtime = 104ms, .recovery = Recovery::with_state});
  Cluster cluster{{.mixing = w, .objective = objective, .faults = &faults}};
  const End end = cluster.run(compute_alone, {.node_steps = 20});
  CHECK(end.reason == End::Reason::node_steps);
  CHECK(cluster.now().count() == doctest::Approx(20 * step.count() + 0.104));
  CHECK(cluster.fault_counters(1).outages == 1);
  CHECK(cluster.fault_counters(1).down.count() == doctest::Approx(0.104));
  CHECK(cluster.fault_counters(0).outages == 0);
  CHECK(cluster.counters(1).computing.count() == doctest::Approx(20 * step.count()));
  CHECK(cluster.snapshot().faults->down.count() == doctest::Approx(0.104));
}

TEST_CASE("A node that comes back without its state repeats the step it was in, from its initial parameters") {
  const Mixing w = testing::ring(3);
  const DiagonalQuadratics slope{Eigen::MatrixXd::Zero(1, 3), Eigen::MatrixXd::Constant(1, 3, 1)};
  const Faults faults =
      faults_of(3, 1ms, Crash{.nodes = {1}, .at = 33ms, .downtime = 104ms, .recovery = Recovery::without_state});
  Cluster cluster{{.mixing = w, .objective = slope, .faults = &faults}};
  const auto walk = [](Node& node) -> Task {
    Params x = node.initial_params();
    while (node.running()) {
      x = x - 1.0 * co_await node.gradient(x);
      node.report(x);
    }
  };
  cluster.run(walk, {.node_steps = 20});
  CHECK(cluster.now().count() == doctest::Approx(33e-3 + 0.104 + 17 * step.count()));
  CHECK(cluster.models()(0, 0) == doctest::Approx(20));
  CHECK(cluster.models()(0, 1) == doctest::Approx(17));  // three steps are forgotten, and count
  CHECK(cluster.counters(1).node_steps == 20);
  CHECK(cluster.counters(1).computing.count() == doctest::Approx(20 * step.count() + 3e-3));
}

TEST_CASE("A dead node does not hold up the end, and only the living are looked at") {
  const Mixing w = testing::ring(4);
  const auto objective = flat(4);
  const Faults faults = faults_of(4, std::nullopt, Crash{.nodes = {2}, .at = 25ms});
  Cluster cluster{{.mixing = w, .objective = objective, .faults = &faults}};
  const auto stay = [](Node& node) -> Task {
    Params x = node.initial_params();
    while (node.running()) x = co_await node.gradient(x);
    co_await node.all_done();
  };
  const End end = cluster.run(stay, {.node_steps = 10});
  CHECK(end.reason == End::Reason::node_steps);
  CHECK(cluster.now().count() == doctest::Approx(0.1));
  CHECK(cluster.counters(2).node_steps == 2);
  CHECK(cluster.snapshot().living == std::vector<NodeId>{0, 1, 3});
  CHECK(cluster.fault_counters(2).down.count() == doctest::Approx(0.075));
}

TEST_CASE("A node that waits for a dead node detects this after the detection time") {
  const Mixing w = testing::ring(3);
  const auto objective = flat(3);
  const Faults faults = faults_of(3, 7ms, Crash{.nodes = {2}, .at = 25ms});
  Cluster cluster{{.mixing = w, .objective = objective, .message_time = 1ms, .faults = &faults}};
  std::vector<Note> notes;
  const auto listen = [&](Node& node) -> Task {
    const Params x = node.initial_params();
    while (node.running()) {
      co_await node.gradient(x);
      for (const NodeId j : node.neighbors()) node.send(j, x);
      for (const NodeId j : node.neighbors()) {
        const Params theirs = co_await node.receive(j);
        if (node.id() == 0 && j == 2) notes.push_back({cluster.now().count(), static_cast<bool>(theirs)});
      }
    }
  };
  cluster.run(listen, {.node_steps = 5});
  // Rounds of 11 ms; in the third, from 22 ms on, node 2 dies while it computes. Later rounds detect it at once.
  const std::vector<Note> expected{{11e-3, true}, {22e-3, true}, {33e-3, false}, {44e-3, false}, {55e-3, false}};
  REQUIRE(notes.size() == expected.size());
  for (std::size_t k = 0; k < notes.size(); ++k) {
    CHECK(notes[k].time == doctest::Approx(expected[k].time));
    CHECK(notes[k].received == expected[k].received);
  }
}

TEST_CASE("Without detection a lost message leaves its receiver waiting, and the end says who waits for whom") {
  const Mixing w = testing::complete(2);
  const auto objective = flat(2);
  const Faults faults = faults_of(2, std::nullopt, Loss{.probability = 1});
  Cluster cluster{{.mixing = w, .objective = objective, .faults = &faults}};
  const auto talk = [](Node& node) -> Task {
    const Params x = node.initial_params();
    while (node.running()) {
      co_await node.gradient(x);
      node.send(1 - node.id(), x);
      co_await node.receive(1 - node.id());
    }
  };
  const End end = cluster.run(talk, {.node_steps = 5});
  CHECK(end.reason == End::Reason::stuck);
  CHECK(end.detail == "node 0 waits for a message from node 1, node 1 waits for a message from node 0");
}

TEST_CASE("A run in which all nodes are down for good is stuck, unless one has returned before") {
  const Mixing w = testing::complete(3);
  const auto objective = flat(3);
  const auto end_of = [&](Seconds last_crash, const Limits& limits) {
    const Faults faults = faults_of(3, 1ms, Crash{.nodes = {0, 1}, .at = 25ms}, Crash{.nodes = {2}, .at = last_crash});
    Cluster cluster{{.mixing = w, .objective = objective, .faults = &faults}};
    return cluster.run(
        [](Node& node) -> Task {
          while (node.running()) co_await node.gradient(node.initial_params());
        },
        limits);
  };
  for (const Limits& limits : {Limits{.node_steps = 5}, Limits{.virtual_time = 1s}, Limits{.sent_bytes = 1}}) {
    const End end = end_of(45ms, limits);
    CHECK(end.reason == End::Reason::stuck);
    CHECK(end.detail == "node 0 is down, node 1 is down, node 2 is down");
  }
  CHECK(end_of(55ms, {.node_steps = 5}).reason == End::Reason::node_steps);  // node 2 has made its five steps of 10 ms
}

TEST_CASE("Nodes that are stuck are told apart from nodes that are down, however many outages are still to come") {
  const Mixing w = testing::ring(3);
  const auto objective = flat(3);
  const Faults faults = faults_of(3, std::nullopt, Crash{.nodes = {2}, .at = 5ms},
                                  Crash{.nodes = {0, 1}, .mean_time_to_failure = 1s, .recovery = Recovery::with_state});
  Cluster cluster{{.mixing = w, .objective = objective, .faults = &faults}};
  const auto wait = [](Node& node) -> Task {
    co_await node.gradient(node.initial_params());
    co_await node.receive(2 == node.id() ? 0 : 2);
  };
  const End end = cluster.run(wait, {});
  CHECK(end.reason == End::Reason::stuck);
  CHECK(end.detail.find("node 2 is down") != std::string::npos);
}

/// Sends to the node behind it, and awaits a message from it that never comes.
Task await_nothing(Node& node) {
  const NodeId behind = (node.id() + 1) % node.nodes();
  node.send(behind, node.initial_params());
  co_await node.receive(behind);
}

TEST_CASE("Programs that start again and again without a step end a run after a hundred outages of each node") {
  constexpr NodeId n = 3;
  const Mixing w = testing::ring(n);
  const auto objective = flat(n);
  const Faults faults = faults_of(
      n, std::nullopt, Crash{.mean_time_to_failure = 90ms, .downtime = 15ms, .recovery = Recovery::without_state});
  Cluster cluster{{.mixing = w, .objective = objective, .message_time = 60ms, .faults = &faults}};
  const End end = cluster.run(await_nothing, {.node_steps = 12});
  CHECK(end.reason == End::Reason::stuck);
  CHECK(end.detail.find("node 0") != std::string::npos);
  CHECK(cluster.snapshot().faults->outages == 100 * n);
}

TEST_CASE("Outages end no run in which a step is under way, however long it takes, and however often it rests") {
  // Node 0 computes for 1000 s, while node 1 is down 40 times a second; or for 10 s, and is itself down as often.
  constexpr NodeId n = 2;
  const Mixing w = testing::complete(n);
  const auto objective = flat(n);
  const auto program = [](Node& node) -> Task {
    if (node.id() == 1) co_await node.receive(0);
    co_await node.gradient(node.initial_params());
  };
  for (const NodeId failing : {1, 0}) {
    const Faults faults = faults_of(
        n, std::nullopt,
        Crash{.nodes = {failing}, .mean_time_to_failure = 20ms, .downtime = 5ms, .recovery = Recovery::with_state});
    const Seconds length = failing == 1 ? 1000s : 10s;
    Cluster cluster{{.mixing = w,
                     .objective = objective,
                     .step_time = [=](NodeId, std::uint64_t) { return length; },
                     .faults = &faults}};
    const End end = cluster.run(program, {});
    CHECK(end.reason == End::Reason::stuck);  // node 1 waits for ever
    CHECK(cluster.counters(0).node_steps == 1);
    CHECK(cluster.counters(0).computing.count() == doctest::Approx(length.count()));
    CHECK(end.time >= length);
    if (failing == 1) CHECK(cluster.fault_counters(1).outages > 100 * n);
  }
}

TEST_CASE("Neighbors that wait for each other never get stuck for outages, and lag by no more than a few rounds") {
  // Both directions of every edge are received in turn, as in D-PSGD, under many short and long outages.
  constexpr NodeId n = 8;
  const Mixing w = testing::ring(n);
  const auto objective = flat(n);
  for (const auto recovery : {Recovery::with_state, Recovery::without_state}) {
    const Faults faults = faults_of(n, 15ms,
                                    Crash{.mean_time_to_failure = 300ms,
                                          .downtime = 40ms,
                                          .downtime_law = SpanLaw::exponential,
                                          .recovery = recovery},
                                    Loss{.probability = 0.05});
    Cluster cluster{{.mixing = w, .objective = objective, .message_time = 4ms, .faults = &faults}};
    const auto talk = [](Node& node) -> Task {
      Params x = node.initial_params();
      while (node.running()) {
        for (const NodeId j : node.neighbors()) node.send(j, x);
        x = co_await node.gradient(x);
        for (const NodeId j : node.neighbors()) co_await node.receive(j);
      }
    };
    const End end = cluster.run(talk, {.node_steps = 3'000});
    CHECK(end.reason == End::Reason::node_steps);
    for (NodeId i = 0; i < n; ++i) CHECK(cluster.counters(i).node_steps == 3'000);
  }
}

TEST_CASE("Nodes that join late start then, and take part from then on") {
  const Mixing w = testing::ring(3);
  const auto objective = flat(3);
  const double never = Outage::forever.count();
  const Faults faults = faults_of(3, 1ms, Churn{.nodes = {1}, .joins = {0.055}, .leaves = {never}});
  Cluster cluster{{.mixing = w, .objective = objective, .faults = &faults}};
  cluster.run(compute_alone, {.node_steps = 4});
  CHECK(cluster.now().count() == doctest::Approx(0.055 + 4 * step.count()));
  CHECK(cluster.fault_counters(1).down.count() == doctest::Approx(0.055));
}

Task count_starts(Node& node, std::vector<int>& starts) {
  ++starts[static_cast<std::size_t>(node.id())];
  Params x = node.initial_params();
  while (node.running()) x = co_await node.gradient(x);
}

TEST_CASE("A node keeps its state over many outages, whatever becomes of the memory of those before") {
  constexpr NodeId n = 3;
  const Mixing w = testing::ring(n);
  const auto objective = flat(n);
  const Faults faults = faults_of(
      n, std::nullopt, Crash{.mean_time_to_failure = 20ms, .downtime = 5ms, .recovery = Recovery::with_state});
  Cluster cluster{{.mixing = w, .objective = objective, .faults = &faults}};
  std::vector<int> starts(n);
  mallopt(M_PERTURB, static_cast<int>(Recovery::without_state));  // what free memory is filled with
  cluster.run([&](Node& node) { return count_starts(node, starts); }, {.virtual_time = 2s});
  mallopt(M_PERTURB, 0);
  for (NodeId i = 0; i < n; ++i) {
    CHECK(starts[static_cast<std::size_t>(i)] == 1);
    CHECK(cluster.fault_counters(i).outages > 32);  // a vector of them has moved several times
  }
}

}  // namespace
}  // namespace gossamer
