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

Event event(const std::optional<Received>& received, Seconds at) {
  if (!received) return {-1, at, 0};
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

}  // namespace
}  // namespace gossamer
