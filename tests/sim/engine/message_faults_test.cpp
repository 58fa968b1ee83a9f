#include <cmath>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include "sim/faults/crash.hpp"
#include "sim/faults/message_faults.hpp"
#include "tests/cluster.hpp"
#include "tests/graphs.hpp"
#include "tests/sim/engine/faulty.hpp"

// Messages that do not arrive, in virtual time: the view of programs. Steps take 10 ms.
namespace gossamer {
namespace {

using namespace std::chrono_literals;
using testing::Cluster;
using testing::faults_of;
using testing::flat;
using testing::Note;

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
    CHECK(cluster.fault_counters(0).lost_messages == 1);  // its corruption is not detected, since the receiver is down
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

/// Exchanges with the other node, answered by a handler; notes whether an answer came, and when.
Task exchange_repeatedly(Node& node, std::vector<Note>& notes, const Cluster& cluster) {
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
  cluster.run([&](Node& node) { return exchange_repeatedly(node, notes, cluster); }, {.node_steps = m});
  double answered = 0, before = 0;
  for (const Note& note : notes) {
    answered += note.received ? 1 : 0;
    const double taken = note.time - before - 10e-3;
    before = note.time;
    const bool right =
        note.received ? std::abs(taken - 2e-3) < 1e-9 : std::abs(taken - 4e-3) < 1e-9 || std::abs(taken - 5e-3) < 1e-9;
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
  cluster.run([&](Node& node) { return exchange_repeatedly(node, notes, cluster); }, {.node_steps = 6});
  const std::vector<Note> expected{{10e-3, false}, {20e-3, false}, {30e-3, false},
                                   {40e-3, false}, {52e-3, true},  {64e-3, true}};
  REQUIRE(notes.size() == expected.size());
  for (std::size_t k = 0; k < notes.size(); ++k) {
    CHECK(notes[k].time == doctest::Approx(expected[k].time));
    CHECK(notes[k].received == expected[k].received);
  }
}

/// Computes; node 0 then reads node 1, and notes whether something came, and when.
Task read_after_steps(Node& node, std::vector<Note>& notes, const Cluster& cluster) {
  const Params x = node.initial_params();
  while (node.running()) {
    co_await node.gradient(x);
    if (node.id() != 0) continue;
    const Params theirs = co_await node.read(1);
    notes.push_back({cluster.now().count(), static_cast<bool>(theirs)});
  }
}

void check_notes(const std::vector<Note>& notes, const std::vector<Note>& expected) {
  REQUIRE(notes.size() == expected.size());
  for (std::size_t k = 0; k < notes.size(); ++k) {
    CHECK(notes[k].time == doctest::Approx(expected[k].time));
    CHECK(notes[k].received == expected[k].received);
  }
}

TEST_CASE("Reads of a node that is down find nothing, and its answers get lost as messages do") {
  const Mixing w = testing::complete(2);
  const auto objective = flat(2);
  const Faults faults =
      faults_of(2, 3ms, Crash{.nodes = {1}, .at = 5ms, .downtime = 20ms, .recovery = Recovery::with_state});
  Cluster cluster{{.mixing = w, .objective = objective, .message_time = 1ms, .faults = &faults}};
  std::vector<Note> notes;
  cluster.run([&](Node& node) { return read_after_steps(node, notes, cluster); }, {.node_steps = 3});
  check_notes(notes, {{14e-3, false}, {26e-3, true}, {38e-3, true}});
}

TEST_CASE("A link that is down loses or holds the request of a read, too") {
  // Node 0 reads from 10 ms on: the request is in flight in [10, 11) ms, and the link is down in [10.2, 10.7) ms. A
  // lost request is known to be lost at 11 + 3 ms. A held request arrives at 11.5 ms, and its answer at 12.5 ms.
  const Mixing w = testing::complete(2);
  const auto objective = flat(2);
  for (const auto messages : {LinkDown::Messages::lost, LinkDown::Messages::held}) {
    const bool lost = messages == LinkDown::Messages::lost;
    const Faults faults =
        faults_of(2, 3ms, LinkDown{.between = {0, 1}, .from = 10200us, .until = 10700us, .messages = messages});
    Cluster cluster{{.mixing = w, .objective = objective, .message_time = 1ms, .faults = &faults}};
    std::vector<Note> notes;
    cluster.run([&](Node& node) { return read_after_steps(node, notes, cluster); }, {.node_steps = 2});
    check_notes(notes, lost ? std::vector<Note>{{14e-3, false}, {26e-3, true}}
                            : std::vector<Note>{{12.5e-3, true}, {24.5e-3, true}});
    CHECK(cluster.fault_counters(0).lost_messages == (lost ? 1 : 0));
    CHECK(cluster.counters(1).sent_messages == (lost ? 1 : 2));
  }
}

}  // namespace
}  // namespace gossamer
