#include <array>
#include <optional>
#include <vector>

#include <doctest/doctest.h>

#include "sim/compute/laws.hpp"
#include "sim/faults/faults.hpp"
#include "sim/network/models/alpha_beta.hpp"
#include "tests/cluster.hpp"
#include "tests/graphs.hpp"
#include "tests/sim/engine/faulty.hpp"

// Messages from any of several nodes, deadlines and sleeps.
namespace gossamer {
namespace {

using namespace std::chrono_literals;

constexpr NodeId n = 4;
constexpr std::array<NodeId, 3> others{1, 2, 3};

/// A message that node 0 has received, and when.
struct Event {
  NodeId sender = 0;  ///< −1 if none came
  Seconds at{0};
  double number = 0;
};

/// Runs the programs without numerics. A message takes 1 ms, a step of the nodes 1, 2.2 and 3.5 ms.
End run(const Program& program, const Faults* faults = nullptr) {
  const Mixing w = testing::complete(n);
  constexpr std::array<double, n> step{0, 1e-3, 2.2e-3, 3.5e-3};
  const testing::StepsBy law{[step](NodeId i, std::uint64_t) { return Seconds{step[static_cast<std::size_t>(i)]}; }};
  AlphaBetaNetwork network{{.latency = 1ms, .bandwidth = 1e12}};
  Simulation simulation{{.mixing = w, .step_times = law, .network = network, .payload = 0, .faults = faults}};
  return simulation.run(program, {.virtual_time = 100s});
}

constexpr double lost = -1, down = -2;  ///< numbers of events that are no messages

Event event(const std::optional<Received>& received, Seconds at) {
  if (!received) return {-1, at, 0};
  if (received->event == Received::Event::lost) return {received->sender, at, lost};
  if (received->event == Received::Event::went_down) return {received->sender, at, down};
  return {received->sender, at, received->content.weight};
}

void check(const std::vector<Event>& seen, const std::vector<Event>& expected) {
  REQUIRE(seen.size() == expected.size());
  for (std::size_t k = 0; k < seen.size(); ++k) {
    CAPTURE(k);
    CHECK(seen[k].sender == expected[k].sender);
    CHECK(seen[k].at.count() == doctest::Approx(expected[k].at.count()).epsilon(1e-12));
    CHECK(seen[k].number == expected[k].number);
  }
}

/// Node i ≥ 1 sends the numbers 10 i + 1, 10 i + 2, …, each after a step.
Task send_numbers(Node& node, int count) {
  for (int k = 1; k <= count; ++k) {
    co_await node.tick();
    node.send(0, Encoded{{}, 0, 10.0 * node.id() + k});
  }
}

TEST_CASE("A node receives messages from any of several nodes in the order in which they come") {
  std::vector<Event> seen;
  const auto receive = [&seen](Node& node) -> Task {
    for (int k = 0; k < 6; ++k) {
      const auto received = co_await node.receive_any(others);
      seen.push_back(event(received, node.now()));
    }
  };
  CHECK(run([&](Node& node) { return node.id() == 0 ? receive(node) : send_numbers(node, 2); }).reason ==
        End::Reason::finished);
  check(seen, {{1, 2ms, 11}, {1, 3ms, 12}, {2, 3.2ms, 21}, {3, 4.5ms, 31}, {2, 5.4ms, 22}, {3, 8ms, 32}});
}

TEST_CASE("Messages that have waited come in the order of their arrival, and only from the given senders") {
  std::vector<Event> seen;
  const auto receive = [&seen](Node& node) -> Task {
    constexpr std::array<NodeId, 2> some{2, 3};
    auto received = co_await node.receive_any(others);  // at 2 ms, from node 1
    co_await node.sleep(8ms);
    for (int k = 0; k < 4; ++k) {
      received = co_await node.receive_any(some);
      seen.push_back(event(received, node.now()));
    }
    received = co_await node.receive_any(others);
    seen.push_back(event(received, node.now()));
  };
  run([&](Node& node) { return node.id() == 0 ? receive(node) : send_numbers(node, 2); });
  check(seen, {{2, 10ms, 21}, {3, 10ms, 31}, {2, 10ms, 22}, {3, 10ms, 32}, {1, 10ms, 12}});
}

TEST_CASE("A message that is received from its sender is not received from any node again") {
  std::vector<Event> seen;
  const auto receive = [&seen](Node& node) -> Task {
    auto received = co_await node.receive_any(others);  // at 2 ms, from node 1
    co_await node.sleep(8ms);
    co_await node.receive(2);
    for (int k = 0; k < 2; ++k) {
      received = co_await node.receive_any(others);
      seen.push_back(event(received, node.now()));
    }
  };
  run([&](Node& node) { return node.id() == 0 ? receive(node) : send_numbers(node, 2); });
  check(seen, {{1, 10ms, 12}, {3, 10ms, 31}});
}

TEST_CASE("No message comes before the deadline: the node goes on at the deadline, and the message is received later") {
  std::vector<Event> seen;
  const auto receive = [&seen](Node& node) -> Task {
    constexpr std::array<NodeId, 1> third{3};
    auto received = co_await node.receive_any(third, 2.5ms);
    seen.push_back(event(received, node.now()));
    received = co_await node.receive_any(third, 2ms);  // a deadline that has passed
    seen.push_back(event(received, node.now()));
    received = co_await node.receive_any(third, 20ms);
    seen.push_back(event(received, node.now()));
    co_await node.sleep(1ms);
    seen.push_back({0, node.now(), 0});
  };
  const End end = run([&](Node& node) { return node.id() == 0 ? receive(node) : send_numbers(node, 1); });
  check(seen, {{-1, 2.5ms, 0}, {-1, 2.5ms, 0}, {3, 4.5ms, 31}, {0, 5.5ms, 0}});
  CHECK(end.time.count() == doctest::Approx(5.5e-3));  // the deadline at 20 ms concerns nobody any more
}

TEST_CASE("A sleep lasts as long as asked, also during a gradient") {
  std::vector<Event> seen;
  const auto sleep = [&seen](Node& node) -> Task {
    if (node.id() != 3) co_return;
    const Pending gradient = node.tick();  // until 3.5 ms
    co_await node.sleep(2ms);
    seen.push_back({3, node.now(), 0});
    co_await gradient;
    seen.push_back({3, node.now(), 0});
    co_await node.sleep(0s);
    seen.push_back({3, node.now(), 0});
  };
  run(sleep);
  check(seen, {{3, 2ms, 0}, {3, 3.5ms, 0}, {3, 3.5ms, 0}});
}

TEST_CASE("A node stops waiting for any message once it has detected that all senders are gone") {
  const Faults faults = testing::faults_of(n, 5ms);
  std::vector<Event> seen;
  const auto receive = [&seen](Node& node) -> Task {
    for (int k = 0; k < 4; ++k) {
      const auto received = co_await node.receive_any(others);
      seen.push_back(event(received, node.now()));
    }
  };
  run([&](Node& node) { return node.id() == 0 ? receive(node) : send_numbers(node, 1); }, &faults);
  check(seen, {{1, 2ms, 11}, {2, 3.2ms, 21}, {3, 4.5ms, 31}, {-1, 8.5ms, 0}});  // node 3 returns at 3.5 ms
}

TEST_CASE("A node that waits for any message hears of an outage once, when it is detected") {
  // Node 2 computes from 0 to 1 ms and from 20 ms on. Its outage is detected at 4 ms, its return from 21.2 ms at 24.2 ms.
  const Faults faults = testing::faults_of(
      n, 3ms, Crash{.nodes = {2}, .at = 1ms, .downtime = 19ms, .recovery = Recovery::with_state});
  std::vector<Event> seen;
  std::vector<bool> is_down;
  const auto receive = [&](Node& node) -> Task {
    for (int k = 0; k < 5; ++k) {
      const auto received = co_await node.receive_any(others);
      seen.push_back(event(received, node.now()));
      is_down.push_back(node.detects_down(2));
    }
  };
  run([&](Node& node) { return node.id() == 0 ? receive(node) : send_numbers(node, 1); }, &faults);
  check(seen, {{1, 2ms, 11}, {2, 4ms, down}, {3, 4.5ms, 31}, {2, 22.2ms, 21}, {-1, 24.2ms, 0}});
  CHECK(is_down == std::vector<bool>{false, true, true, false, true});
}

TEST_CASE("A node that waits for any message hears of lost messages, unless a later one comes before") {
  // All messages are lost: they would arrive at 2, 3.2 and 4.5 ms, and the losses are detected 5 ms later. Node 3 returns at
  // 3.5 ms, so that at 8.5 ms no sender is left.
  Faults faults = testing::faults_of(n, 5ms, Loss{.probability = 1});
  std::vector<Event> seen;
  const auto receive = [&](Node& node) -> Task {
    for (int k = 0; k < 4; ++k) {
      const auto received = co_await node.receive_any(others);
      seen.push_back(event(received, node.now()));
    }
  };
  run([&](Node& node) { return node.id() == 0 ? receive(node) : send_numbers(node, 1); }, &faults);
  check(seen, {{1, 7ms, lost}, {2, 8.2ms, lost}, {-1, 8.5ms, 0}, {-1, 8.5ms, 0}});

  // Node 1 sends at 1, 2, 3 and 4 ms. Its messages are lost while node 0 is down, from 1.5 to 3.5 ms. Those that come
  // later are there before the losses would be detected.
  seen.clear();
  faults = testing::faults_of(
      n, 5ms, Crash{.nodes = {0}, .at = 1.5ms, .downtime = 2ms, .recovery = Recovery::with_state});
  const auto send = [](Node& node) { return node.id() == 1 ? send_numbers(node, 4) : send_numbers(node, 0); };
  const auto receive_two = [&](Node& node) -> Task {
    for (int k = 0; k < 2; ++k) {
      const auto received = co_await node.receive_any(others);
      seen.push_back(event(received, node.now()));
    }
  };
  run([&](Node& node) { return node.id() == 0 ? receive_two(node) : send(node); }, &faults);
  check(seen, {{1, 4ms, 13}, {1, 5ms, 14}});
}

TEST_CASE("A program knows whether it began after an outage") {
  const Faults faults = testing::faults_of(
      n, 3ms, Crash{.nodes = {2}, .at = 1ms, .downtime = 2ms, .recovery = Recovery::without_state},
      Crash{.nodes = {3}, .at = 1ms, .downtime = 2ms, .recovery = Recovery::with_state});
  std::vector<std::vector<bool>> seen(n);
  const auto program = [&](Node& node) -> Task {
    seen[static_cast<std::size_t>(node.id())].push_back(node.began_anew());
    co_await node.sleep(10ms);
  };
  run(program, &faults);
  CHECK(seen == std::vector<std::vector<bool>>{{false}, {false}, {false, true}, {false}});
}

}  // namespace
}  // namespace gossamer
