#include <malloc.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "sim/faults/crash.hpp"
#include "sim/faults/message_faults.hpp"
#include "tests/cluster.hpp"
#include "tests/graphs.hpp"
#include "tests/sim/engine/faulty.hpp"

// What programs see of faults, in virtual time. Steps take 10 ms.
namespace gossamer {
namespace {

using namespace std::chrono_literals;
using testing::Cluster;
using testing::ClusterSetup;
using testing::DiagonalQuadratics;
using testing::faults_of;
using testing::flat;
using testing::step;

/// What programs note: when, and whether something came.
struct Note {
  double time = 0;
  bool came = false;
};

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

TEST_CASE("Who waits for a dead node knows it after the detection time") {
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
  // Rounds of 11 ms; in the third, from 22 ms on, node 2 dies while it computes. Later ones know at once.
  const std::vector<Note> expected{{11e-3, true}, {22e-3, true}, {33e-3, false}, {44e-3, false}, {55e-3, false}};
  REQUIRE(notes.size() == expected.size());
  for (std::size_t k = 0; k < notes.size(); ++k) {
    CHECK(notes[k].time == doctest::Approx(expected[k].time));
    CHECK(notes[k].came == expected[k].came);
  }
}

TEST_CASE("The place of a lost message is found after the detection time, and later messages keep theirs") {
  // Node 0 sends every 10 ms, a message takes 1 ms: message k is there at 10 k + 11 ms, its place 3 ms later.
  const Mixing w = testing::complete(2);
  const auto objective = flat(2);
  const Faults faults = faults_of(2, 3ms, Loss{.probability = 0.3});
  Cluster cluster{{.mixing = w, .objective = objective, .message_time = 1ms, .faults = &faults}};
  constexpr int rounds = 4'000;
  int wrong = 0, lost = 0;
  const auto talk = [&](Node& node) -> Task {
    const Params x = node.initial_params();
    for (int k = 0; k < rounds; ++k) {
      if (node.id() == 0) {
        co_await node.gradient(x);
        node.send(1, x);
      } else {
        const Params theirs = co_await node.receive(0);
        const double expected = 10e-3 * k + (theirs ? 11e-3 : 14e-3);
        if (std::abs(cluster.now().count() - expected) > 1e-9) ++wrong;
        if (!theirs) ++lost;
      }
    }
  };
  cluster.run(talk, {});
  CHECK(wrong == 0);
  CHECK(static_cast<std::uint64_t>(lost) == cluster.fault_counters(1).lost_messages);
  CHECK(std::abs(lost / double{rounds} - 0.3) < 4 * std::sqrt(0.3 * 0.7 / rounds));
}

TEST_CASE("A corrupted message costs its receiver what a whole one does, and is counted apart") {
  const Mixing w = testing::complete(2);
  const auto objective = flat(2);
  const Faults faults = faults_of(2, 3ms, Corruption{.probability = 1});
  Cluster cluster{{.mixing = w, .objective = objective, .faults = &faults}};
  const auto talk = [](Node& node) -> Task {
    const Params x = node.initial_params();
    node.send(1 - node.id(), {x, 500});
    const Params theirs = co_await node.receive(1 - node.id());
    CHECK_FALSE(theirs);
  };
  cluster.run(talk, {});
  CHECK(cluster.fault_counters(0).corrupted_messages == 1);
  CHECK(cluster.fault_counters(0).lost_messages == 0);
  CHECK(cluster.counters(0).received_bytes == 500);
}

/// Sends its model once, and awaits the other's.
Task send_once(Node& node) {
  node.send(1 - node.id(), node.initial_params());
  co_await node.receive(1 - node.id());
}

TEST_CASE("A message that does not arrive is counted once, though its receiver is down") {
  // Messages are under way in [0, 8) ms; node 0 is down from 5 ms on.
  const Mixing w = testing::complete(2);
  const auto objective = flat(2);
  const Crash crash{.nodes = {0}, .at = 5ms};
  for (const bool corrupt : {false, true}) {
    const Faults faults = corrupt ? faults_of(2, std::nullopt, Corruption{.probability = 1}, crash)
                                  : faults_of(2, std::nullopt, Loss{.probability = 1}, crash);
    Cluster cluster{{.mixing = w, .objective = objective, .message_time = 8ms, .faults = &faults}};
    cluster.run(send_once, {.virtual_time = 9ms});
    CHECK(cluster.fault_counters(0).lost_messages == 1);  // nobody is there to look whether it is whole
    CHECK(cluster.fault_counters(0).corrupted_messages == 0);
    CHECK(cluster.fault_counters(1).lost_messages == (corrupt ? 0 : 1));
    CHECK(cluster.fault_counters(1).corrupted_messages == (corrupt ? 1 : 0));
    CHECK(cluster.counters(0).received_messages == 0);
    CHECK(cluster.counters(1).received_messages == (corrupt ? 1 : 0));
  }
}

TEST_CASE("A message that is lost behind another which is late counts as lost when it is gone") {
  // The link holds node 0's first message, sent at 0 ms, which has 3 ms to go when the link is back at 20 ms. The
  // second one, sent at 10 ms, is held likewise, and lost: that shows when it would arrive, at 24 ms.
  const Mixing w = testing::complete(2);
  const auto objective = flat(2);
  const Faults faults = faults_of(
      2, std::nullopt, LinkDown{.between = {0, 1}, .from = 1ms, .until = 20ms, .messages = LinkDown::Messages::held},
      LinkDown{.between = {0, 1}, .from = 10ms, .until = 19ms});
  const auto talk = [](Node& node) -> Task {
    const Params x = node.initial_params();
    if (node.id() == 1) co_return;
    node.send(1, x);
    co_await node.gradient(x);
    node.send(1, x);
  };
  std::vector<std::uint64_t> lost;
  for (const Seconds end : {15ms, 22ms, 26ms}) {
    Cluster cluster{{.mixing = w, .objective = objective, .message_time = 4ms, .faults = &faults}};
    cluster.run(talk, {.virtual_time = end});
    lost.push_back(cluster.fault_counters(1).lost_messages);
  }
  CHECK(lost == std::vector<std::uint64_t>{0, 0, 1});
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

/// Sends to the node behind it, and awaits what that never sends.
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

/// Rounds of a gradient, then the mean of what each node holds.
Task average(Node& node) {
  Params x = node.initial_params();
  while (node.running()) {
    co_await node.gradient(x);
    x = co_await node.all_reduce_mean(x);
    node.report(x);
  }
}

TEST_CASE("After a crash an all-reduce averages over the survivors, exactly, and costs what it costs among them") {
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

/// Exchanges with the other node, answered by a handler; notes whether an answer came, and when.
Task ask(Node& node, std::vector<Note>& notes, const Cluster& cluster) {
  const Params x = node.initial_params();
  node.on_exchange([x](const Params&) { return x; });
  while (node.running()) {
    co_await node.gradient(x);
    if (node.id() != 0) continue;
    const Params theirs = co_await node.exchange(1, x);
    notes.push_back({cluster.now().count(), static_cast<bool>(theirs)});
  }
  co_await node.all_done();
}

TEST_CASE("An exchange whose request or answer is lost yields nothing, after the detection time") {
  const Mixing w = testing::complete(2);
  const auto objective = flat(2);
  constexpr double p = 0.2;
  const Faults faults = faults_of(2, 3ms, Loss{.probability = p});
  Cluster cluster{{.mixing = w, .objective = objective, .message_time = 1ms, .faults = &faults}};
  std::vector<Note> notes;
  constexpr int m = 5'000;
  cluster.run([&](Node& node) { return ask(node, notes, cluster); }, {.node_steps = m});
  double answered = 0, before = 0;
  for (const Note& note : notes) {
    answered += note.came ? 1 : 0;
    const double taken = note.time - before - 10e-3;
    before = note.time;
    const bool right =
        note.came ? std::abs(taken - 2e-3) < 1e-9 : std::abs(taken - 4e-3) < 1e-9 || std::abs(taken - 5e-3) < 1e-9;
    CHECK(right);
  }
  const double expected = (1 - p) * (1 - p);
  CHECK(std::abs(answered / m - expected) < 4 * std::sqrt(expected * (1 - expected) / m));
}

TEST_CASE("A node that is known to be down is not waited for, and answers again when it is back") {
  const Mixing w = testing::complete(2);
  const auto objective = flat(2);
  const Faults faults =
      faults_of(2, 3ms, Crash{.nodes = {1}, .at = 5ms, .downtime = 40ms, .recovery = Recovery::without_state});
  Cluster cluster{{.mixing = w, .objective = objective, .message_time = 1ms, .faults = &faults}};
  std::vector<Note> notes;
  cluster.run([&](Node& node) { return ask(node, notes, cluster); }, {.node_steps = 6});
  const std::vector<Note> expected{{10e-3, false}, {20e-3, false}, {30e-3, false},
                                   {40e-3, false}, {52e-3, true},  {64e-3, true}};
  REQUIRE(notes.size() == expected.size());
  for (std::size_t k = 0; k < notes.size(); ++k) {
    CHECK(notes[k].time == doctest::Approx(expected[k].time));
    CHECK(notes[k].came == expected[k].came);
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

TEST_CASE("Reads of a node that is down find nothing, and its answers get lost as messages do") {
  const Mixing w = testing::complete(2);
  const auto objective = flat(2);
  const Faults faults =
      faults_of(2, 3ms, Crash{.nodes = {1}, .at = 5ms, .downtime = 20ms, .recovery = Recovery::with_state});
  Cluster cluster{{.mixing = w, .objective = objective, .message_time = 1ms, .faults = &faults}};
  std::vector<Note> notes;
  const auto look = [&](Node& node) -> Task {
    const Params x = node.initial_params();
    while (node.running()) {
      co_await node.gradient(x);
      if (node.id() != 0) continue;
      const Params theirs = co_await node.read(1);
      notes.push_back({cluster.now().count(), static_cast<bool>(theirs)});
    }
  };
  cluster.run(look, {.node_steps = 3});
  const std::vector<Note> expected{{14e-3, false}, {26e-3, true}, {38e-3, true}};
  REQUIRE(notes.size() == expected.size());
  for (std::size_t k = 0; k < notes.size(); ++k) {
    CHECK(notes[k].time == doctest::Approx(expected[k].time));
    CHECK(notes[k].came == expected[k].came);
  }
}

TEST_CASE("A link that is down loses or holds the request of a read, too") {
  // Node 0 reads from 10 ms on: the request is under way in [10, 11) ms, and the link down in [10.2, 10.7) ms. It is
  // lost, which is known at 11 + 3 ms; or held, and so in at 11.5 ms, and the answer at 12.5 ms.
  const Mixing w = testing::complete(2);
  const auto objective = flat(2);
  for (const auto messages : {LinkDown::Messages::lost, LinkDown::Messages::held}) {
    const bool lost = messages == LinkDown::Messages::lost;
    const Faults faults =
        faults_of(2, 3ms, LinkDown{.between = {0, 1}, .from = 10200us, .until = 10700us, .messages = messages});
    Cluster cluster{{.mixing = w, .objective = objective, .message_time = 1ms, .faults = &faults}};
    std::vector<Note> notes;
    const auto look = [&](Node& node) -> Task {
      const Params x = node.initial_params();
      while (node.running()) {
        co_await node.gradient(x);
        if (node.id() != 0) continue;
        const Params theirs = co_await node.read(1);
        notes.push_back({cluster.now().count(), static_cast<bool>(theirs)});
      }
    };
    cluster.run(look, {.node_steps = 2});
    const std::vector<Note> expected =
        lost ? std::vector<Note>{{14e-3, false}, {26e-3, true}} : std::vector<Note>{{12.5e-3, true}, {24.5e-3, true}};
    REQUIRE(notes.size() == expected.size());
    for (std::size_t k = 0; k < notes.size(); ++k) {
      CHECK(notes[k].time == doctest::Approx(expected[k].time));
      CHECK(notes[k].came == expected[k].came);
    }
    CHECK(cluster.fault_counters(0).lost_messages == (lost ? 1 : 0));
    CHECK(cluster.counters(1).sent_messages == (lost ? 1 : 2));
  }
}

TEST_CASE("Nodes that join late start then, and take part from then on") {
  const Mixing w = testing::ring(3);
  const auto objective = flat(3);
  const double never = Outage::for_good.count();
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
