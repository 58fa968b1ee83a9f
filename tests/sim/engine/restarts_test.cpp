#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "sim/faults/crash.hpp"
#include "sim/faults/message_faults.hpp"
#include "sim/world/restart.hpp"
#include "tests/cluster.hpp"
#include "tests/graphs.hpp"
#include "tests/sim/engine/faulty.hpp"

// The model from which a node starts that comes back without its state, or joins late.
namespace gossamer {
namespace {

using namespace std::chrono_literals;
using testing::Cluster;
using testing::ClusterSetup;
using testing::DiagonalQuadratics;
using testing::faults_of;
using testing::flat;
using testing::step;

/// Reports its initial model, and adds its number + 1 with every step.
Task count_up(Node& node) {
  Params x = node.initial_params();
  while (node.running()) {
    const Params g = co_await node.gradient(x);
    x = x - g;
    node.report(x);
  }
}

/// The same, but adds k times as much with the k-th step, counted from zero over all programs of the node.
Task count_up_by_steps(Node& node) {
  Params x = node.initial_params();
  while (node.running()) {
    const auto k = static_cast<double>(node.steps());
    const Params g = co_await node.gradient(x);
    CHECK(static_cast<double>(node.steps()) == k + 1);
    x = x - k * g;
    node.report(x);
  }
}

/// f_i(x) = −(i + 1) x: a step of size 1 adds i + 1.
class Counting final : public Objective<double> {
 public:
  Index dimension() const override { return 1; }
  void gradient(NodeId node, std::uint64_t, const double*, double* g, Workspace&) const override { *g = -(node + 1.0); }
};

/// Three nodes in a row, 0 − 1 − 2, one of which comes back. Messages take 4 ms.
struct RestartCase {
  Faults faults;
  Mixing mixing{Eigen::MatrixXd{{2, 1, 0}, {1, 1, 1}, {0, 1, 2}}.sparseView() / 3.0};
  Counting objective = {};
  Cluster cluster{{.mixing = mixing, .objective = objective, .message_time = 4ms, .faults = &faults}};

  explicit RestartCase(Faults given, RestartFrom from) : faults{std::move(given)} { faults.restart_from = from; }
  Eigen::MatrixXd models_at(Seconds time, const Program& program = count_up) {
    cluster.run(program, {.virtual_time = time});
    return cluster.models();
  }
};

TEST_CASE("A node that comes back without its state may start from a neighbor's model, a message later") {
  // Node 0 is down in [25 ms, 58 ms). Node 1, its only neighbor, has reported 5 steps of 2 by then. Its
  // report arrives at 62 ms: by 95 ms node 0 has made three steps of its own. Without the report, it starts from zero
  // at 58 ms, and makes as many.
  const Crash crash{.nodes = {0}, .at = 25ms, .downtime = 33ms, .recovery = Recovery::without_state};
  RestartCase restored{faults_of(3, 5ms, crash), RestartFrom::neighbor};
  CHECK(restored.models_at(95ms)(0, 0) == 5 * 2 + 3);
  CHECK(restored.cluster.counters(0).received_messages == 1);
  CHECK(restored.cluster.counters(1).sent_messages == 1);
  CHECK(restored.cluster.snapshot().transfer->count() == doctest::Approx(4e-3));
  RestartCase from_zero{faults_of(3, 5ms, crash), RestartFrom::initial};
  CHECK(from_zero.models_at(95ms)(0, 0) == 3);
  CHECK(from_zero.cluster.counters(0).received_messages == 0);
}

TEST_CASE("A node counts the gradients that it has finished: not a lost one, and on after a restart") {
  // Node 0 finishes steps 0 and 1, loses the next one at 25 ms, is down until 58 ms, and then makes steps 2, 3 and 4.
  const Crash crash{.nodes = {0}, .at = 25ms, .downtime = 33ms, .recovery = Recovery::without_state};
  RestartCase restarted{faults_of(3, 5ms, crash), RestartFrom::initial};
  CHECK(restarted.models_at(95ms, count_up_by_steps)(0, 0) == 2 + 3 + 4);
}

TEST_CASE("A node that joins late may start from the model of a neighbor that is up") {
  // Node 1 joins at 58 ms, when node 0 has stopped: only node 2 can give it a model, 5 steps of 3.
  RestartCase late{faults_of(3, 5ms, Churn{.nodes = {1}, .joins = {0.058}, .leaves = {Outage::forever.count()}},
                             Crash{.nodes = {0}, .at = 1ms}),
                   RestartFrom::neighbor};
  CHECK(late.models_at(95ms)(0, 1) == 5 * 3 + 3 * 2);
  // Alone it starts from its own model. It also does if the neighbor's model is lost.
  RestartCase alone{faults_of(3, 5ms, Churn{.nodes = {1}, .joins = {0.058}, .leaves = {Outage::forever.count()}},
                              Crash{.nodes = {0, 2}, .at = 1ms}),
                    RestartFrom::neighbor};
  CHECK(alone.models_at(95ms)(0, 1) == 3 * 2);
  RestartCase unlucky{faults_of(3, 5ms, Churn{.nodes = {1}, .joins = {0.058}, .leaves = {Outage::forever.count()}},
                                Loss{.probability = 1}),
                      RestartFrom::neighbor};
  CHECK(unlucky.models_at(95ms)(0, 1) == 3 * 2);
  CHECK(unlucky.cluster.fault_counters(1).lost_messages == 1);
}

TEST_CASE("A node that goes down again before a neighbor's model is there asks once more when it is back") {
  // Down in [25, 58) and, by another source and with its state, in [60, 85): the model of 58 ms is lost. That of 85 ms
  // has 8 steps of 2 and is there at 89 ms.
  RestartCase twice{
      faults_of(3, 5ms, Crash{.nodes = {0}, .at = 25ms, .downtime = 33ms, .recovery = Recovery::without_state},
                Crash{.nodes = {0}, .at = 60ms, .downtime = 25ms, .recovery = Recovery::with_state}),
      RestartFrom::neighbor};
  CHECK(twice.models_at(105ms)(0, 0) == 8 * 2 + 1);
  CHECK(twice.cluster.fault_counters(0).lost_messages == 1);
}

/// Node 0 is down in [4, 5) and [14, 15) ms, and asks node 1 for its model at 5 and at 15 ms: messages take 30 ms, so
/// that those models are there at 35 and at 45 ms.
struct RestartTwice {
  Faults faults;
  Mixing mixing = testing::complete(2);
  Counting objective = {};
  Cluster cluster{{.mixing = mixing, .objective = objective, .message_time = 30ms, .faults = &faults}};

  template <class... S>
  explicit RestartTwice(S... more)
      : faults{faults_of(2, 1ms, Crash{.nodes = {0}, .at = 4ms, .downtime = 1ms, .recovery = Recovery::without_state},
                         Crash{.nodes = {0}, .at = 14ms, .downtime = 1ms, .recovery = Recovery::without_state},
                         more...)} {
    faults.restart_from = RestartFrom::neighbor;
  }
};

TEST_CASE("A node runs one program, though an earlier restart's model comes before its own") {
  // That of 15 ms has one step of 2. From 45 to 149 ms node 0 makes 10 steps of 1, and computes all the time, as before
  // 4 ms.
  RestartTwice twice;
  twice.cluster.run(count_up, {.virtual_time = 149ms});
  CHECK(twice.cluster.models()(0, 0) == 2 + 10);
  CHECK(twice.cluster.counters(0).node_steps == 10);
  CHECK(twice.cluster.counters(0).computing.count() == doctest::Approx(4e-3 + 104e-3));
  CHECK(twice.cluster.counters(0).received_messages == 1);
}

TEST_CASE("A node runs one program, though an earlier restart's model is lost before its own") {
  // It starts from its own model once that of 15 ms is lost, at 45 ms.
  RestartTwice twice{Loss{.probability = 1}};
  twice.cluster.run(count_up, {.virtual_time = 149ms});
  CHECK(twice.cluster.models()(0, 0) == 10);
  CHECK(twice.cluster.counters(0).node_steps == 10);
  CHECK(twice.cluster.counters(0).computing.count() == doctest::Approx(4e-3 + 104e-3));
  CHECK(twice.cluster.fault_counters(0).lost_messages == 2);
}

TEST_CASE("From whose model a node starts is drawn among all its neighbors, evenly") {
  const Faults faults = [] {
    Faults result = faults_of(5, std::nullopt,
                              Crash{.nodes = {0}, .at = 5ms, .downtime = 10ms, .recovery = Recovery::without_state});
    result.restart_from = RestartFrom::neighbor;
    return result;
  }();
  Outages outages{faults.outages, 5};
  std::vector<int> times(5);
  const std::vector<NodeId> neighbors{1, 2, 3, 4};
  constexpr int draws = 4000;
  for (std::size_t k = 0; k < draws; ++k)
    ++times[static_cast<std::size_t>(*state_donor(faults, outages, neighbors, {.node = 0, .next_outage = k}, 1))];
  // Binomial, with a standard deviation of √(4000 · 3)/4.
  for (const NodeId j : neighbors)
    CHECK(std::abs(times[static_cast<std::size_t>(j)] - draws / 4) < 4 * std::sqrt(3.0 * draws) / 4);
}

}  // namespace
}  // namespace gossamer
