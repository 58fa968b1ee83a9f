#include <array>
#include <optional>
#include <vector>

#include <doctest/doctest.h>

#include "sim/compute/laws.hpp"
#include "sim/network/models/nic.hpp"
#include "sim/network/models/piecewise.hpp"
#include "tests/cluster.hpp"
#include "tests/codecs.hpp"
#include "tests/graphs.hpp"

namespace gossamer {
namespace {

using namespace std::chrono_literals;
using testing::Cluster;
using testing::DiagonalQuadratics;
using testing::flat;

// ---------------------------------------------------------------------------------------------------------------------
// Times, without numerics: the actions of one node, in this order. Steps take 2 ms.

struct Actions {
  int steps = 0;
  std::optional<NodeId> sends_to = {};  ///< sends this node a model
  std::optional<NodeId> reads = {};
};

constexpr NodeId n = 4;
constexpr Bytes payload = 10'000;

Task act(Node& node, Actions actions, const Simulation& simulation, Seconds& end) {
  for (int k = 0; k < actions.steps; ++k) co_await node.gradient({});
  if (actions.sends_to) node.send(*actions.sends_to, Params{});
  if (actions.reads) co_await node.read(*actions.reads);
  end = simulation.now();
}

/// The time at which each node is done. Checks that only payloads that were sent and have arrived are counted.
std::array<Seconds, n> ends_of(Network& network, const std::array<Actions, n>& actions) {
  const Mixing w = testing::complete(n);
  const auto law = step_times(ConstantStep{.step = 2ms});
  Simulation simulation{{.mixing = w, .step_times = *law, .network = network, .payload = payload}};
  std::array<Seconds, n> ends{};
  const auto program = [&](Node& node) {
    const auto i = static_cast<std::size_t>(node.id());
    return act(node, actions[i], simulation, ends[i]);
  };
  CHECK(simulation.run(program, {}).reason == End::Reason::finished);
  const NodeCounters total = simulation.snapshot().total;
  CHECK(total.sent_messages == total.received_messages);
  CHECK(total.sent_bytes == payload * static_cast<Bytes>(total.sent_messages));
  CHECK(total.received_bytes == total.sent_bytes);
  return ends;
}

void check_time(Seconds seen, Seconds expected) { CHECK(seen.count() == doctest::Approx(expected.count())); }

/// A message of one payload leaves a card in 10 ms and travels for 1 ms.
NicNetwork cards() { return {{.latency = 1ms, .bandwidth = 1e6}, n}; }

TEST_CASE("A read takes the latency of its request, then what a message of its size takes back") {
  NicNetwork network = cards();
  check_time(ends_of(network, {Actions{.reads = 1}})[0], 1ms + 11ms);
}

TEST_CASE("A read waits for the card of the target node, behind its messages and other reads") {
  NicNetwork network = cards();
  // Node 1's card sends to node 2 until 10 ms, then for node 0 until 20 ms, then for node 3 until 30 ms.
  const auto ends =
      ends_of(network, {Actions{.reads = 1}, Actions{.sends_to = 2}, Actions{}, Actions{.steps = 1, .reads = 1}});
  check_time(ends[0], 10ms + 11ms);
  check_time(ends[3], 20ms + 11ms);
  check_time(ends[1], 0ms);
}

TEST_CASE("A message waits for the card behind what is read") {
  NicNetwork network = cards();
  // Node 0's request is there at 1 ms, so the card is free at 11 ms for the message from node 1 to node 2 at 2 ms.
  // Node 3 asks at 4 ms, so that card is free for it at 21 ms.
  const auto ends = ends_of(
      network, {Actions{.reads = 1}, Actions{.steps = 1, .sends_to = 2}, Actions{}, Actions{.steps = 2, .reads = 1}});
  check_time(ends[0], 12ms);
  check_time(ends[3], 21ms + 11ms);
}

TEST_CASE("A request waits for the card of the node that is read, behind the messages that come in") {
  NicNetwork network = cards();
  // The first byte of node 2's message to node 1 arrives at 1 ms, the last at 11 ms; the request at 3 ms.
  const auto ends = ends_of(network, {Actions{.steps = 1, .reads = 1}, Actions{}, Actions{.sends_to = 1}, Actions{}});
  check_time(ends[0], 11ms + 11ms);
}

TEST_CASE("A read takes nothing of the processor of the node that is read, and waits for nothing there") {
  // A payload takes 4 ms, and a request 1 ms; three quarters of that handled by a processor. Both nodes compute for
  // 2 ms, node 1 until it has sent to node 2 and computed again.
  PiecewiseNetwork network{
      {.up_to = {1}, .latency = {1e-3, 4e-3}, .bandwidth = {1e15, 1e15}, .occupancy = {0.75, 0.75}, .interference = 1},
      n};
  const Mixing w = testing::complete(n);
  const auto law = step_times(ConstantStep{.step = 2ms});
  Simulation simulation{{.mixing = w, .step_times = *law, .network = network, .payload = payload}};
  std::array<Seconds, 3> ends{};
  const auto program = [&](Node& node) -> Task {
    if (node.id() > 1) co_return;
    if (node.id() == 1) {
      node.send(2, Params{});
      co_await node.gradient({});
      ends[1] = simulation.now();  // its processor handles the message until 3 ms, and no read
    } else {
      const Pending theirs = node.read(1);
      co_await node.gradient({});
      ends[0] = simulation.now();  // the request is handled until 0.75 ms; the answer comes later, at 5 ms
      co_await theirs;
      ends[2] = simulation.now();
    }
  };
  simulation.run(program, {});
  check_time(ends[1], 3ms + 2ms);
  check_time(ends[0], 0.75ms + 2ms);
  check_time(ends[2], 1ms + 4ms);
}

// ---------------------------------------------------------------------------------------------------------------------
// Results of reads. Requests and answers take 250 ms each; a step takes 1 s.

struct ClusterOf2 {
  Mixing w = testing::complete(2);
  DiagonalQuadratics objective = flat(2);
  Cluster cluster{{.mixing = w,
                   .objective = objective,
                   .step_time = [](NodeId, std::uint64_t) { return Seconds{1}; },
                   .message_time = 250ms,
                   .initial = Eigen::RowVector2d{1, 10}}};
  std::vector<double> seen = {};
  void note(const Params& x) { seen.push_back(cluster.plane().values(x)[0]); }
};

/// Node 1 exposes 20, 30, … at 1 s, 2 s, … and ends; node 0 reads it again and again.
Task expose_and_read(Node& node, ClusterOf2& all, int shows, int reads) {
  const Params x = node.initial_params();
  for (int k = 1; node.id() == 1 && k <= shows; ++k) {
    co_await node.gradient(x);
    node.expose((k + 1.0) * x);
  }
  for (int k = 0; node.id() == 0 && k < reads; ++k) {
    const Params theirs = co_await node.read(1);
    all.note(theirs);
  }
}

TEST_CASE("A read sees what is exposed when its request arrives: at first the initial model, after the end the last") {
  ClusterOf2 all;
  const End end = all.cluster.run([&](Node& node) { return expose_and_read(node, all, 3, 8); }, {});
  CHECK(end.reason == End::Reason::finished);
  // Requests arrive at 0.25, 0.75, … s: two before each new version, and two after the third, whose program has ended.
  CHECK(all.seen == std::vector<double>{10, 10, 20, 20, 30, 30, 40, 40});
  CHECK(all.cluster.now().count() == doctest::Approx(8 * 0.5));
}

TEST_CASE("A read counts as an interaction of both, and makes stale what its reader computes meanwhile") {
  ClusterOf2 all;
  const auto program = [&](Node& node) -> Task {
    const Params x = node.initial_params();
    node.expose(2.0 * x);
    if (node.id() == 0) {
      const Pending theirs = node.read(1);
      co_await node.gradient(x);
      const Params y = co_await theirs;
      all.note(y);
    }
    co_await node.gradient(x);
  };
  all.cluster.run(program, {});
  CHECK(all.seen == std::vector<double>{20});
  const NodeCounters reader = all.cluster.counters(0), owner = all.cluster.counters(1);
  CHECK(reader.interactions == 1);
  CHECK(owner.interactions == 1);
  CHECK(reader.staleness_sum == 1);
  CHECK(owner.staleness_sum == 0);
  CHECK(reader.sent_messages == 0);
  CHECK(reader.received_messages == 1);
  CHECK(owner.sent_messages == 1);
  CHECK(owner.received_messages == 0);
}

TEST_CASE("An exposed model may be encoded, and is charged as such; a plain model counts as its own code") {
  constexpr Index d = 40;
  const Mixing w = testing::complete(2);
  const auto objective = flat(2, d);
  Eigen::MatrixXd x0 = Eigen::MatrixXd::Constant(d, 2, 0.25);
  x0.topRows(d / 2).setConstant(-1);
  Cluster cluster{{.mixing = w, .objective = objective, .message_time = 250ms, .initial = x0, .payload = 4 * d}};
  const testing::Positive positive;
  const auto program = [&](Node& node) -> Task {
    const Params x = node.initial_params();
    if (node.id() == 1) {
      co_await node.gradient(x);  // 10 ms
      node.expose(node.encode(positive, x));
      node.report(0.0 * x);
    } else {
      const std::optional<Encoded> theirs = co_await node.read_encoded(1);
      node.report(node.decode(positive, *theirs));
    }
  };
  cluster.run(program, {});
  Eigen::VectorXd expected = x0.col(1).cwiseMax(0);
  CHECK(cluster.models().col(0) == expected);
  CHECK(cluster.counters(0).received_bytes == cluster.counters(1).sent_bytes);
  CHECK(cluster.counters(0).received_bytes == d / 2 * 8);  // a position and a number each, which is charged as a float

  const auto at_once = [&](Node& node) -> Task {
    const Params x = node.initial_params();
    if (node.id() == 1) co_return;
    const std::optional<Encoded> theirs = co_await node.read_encoded(1);
    node.report(node.decode(positive, *theirs));
  };
  Cluster plain{{.mixing = w, .objective = objective, .message_time = 250ms, .initial = x0}};
  plain.run(at_once, {});
  CHECK(plain.models().col(0) == x0.col(1));
}

TEST_CASE("Reading a node that is no in-neighbor is refused") {
  const Mixing w = testing::exponential(8);  // node i speaks to i + 1, i + 2, i + 4
  const auto law = step_times(ConstantStep{.step = 1s});
  NicNetwork network{{}, 8};
  Simulation simulation{{.mixing = w, .step_times = *law, .network = network}};
  const auto program = [](Node& node) -> Task {
    if (node.id() == 3) co_await node.read(4);
  };
  CHECK_THROWS_WITH(simulation.run(program, {}), "node 3 deals with node 4, which is no neighbor");
}

TEST_CASE("A node that awaits a finished read a second time is stuck") {
  ClusterOf2 all;
  const auto program = [&](Node& node) -> Task {
    if (node.id() == 1) co_return;
    const Pending theirs = node.read(1);
    co_await theirs;
    co_await theirs;
  };
  const End end = all.cluster.run(program, {});
  CHECK(end.reason == End::Reason::stuck);
  CHECK(end.detail == "node 0 waits for a read of node 1");
}

}  // namespace
}  // namespace gossamer
