#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "algorithms/decentralized/d_psgd.hpp"
#include "algorithms/decentralized/dcd_psgd.hpp"
#include "algorithms/decentralized/ecd_psgd.hpp"
#include "algorithms/decentralized/swarm_sgd.hpp"
#include "algorithms/periodic/local_sgd.hpp"
#include "algorithms/registry.hpp"
#include "sim/compute/laws.hpp"
#include "sim/faults/crash.hpp"
#include "sim/faults/message_faults.hpp"
#include "sim/network/models/nic.hpp"
#include "tests/cluster.hpp"
#include "tests/codecs.hpp"
#include "tests/graphs.hpp"

// Algorithms when nodes stop and messages get lost.
namespace gossamer::faults_test {
namespace {

using namespace std::chrono_literals;
using testing::Cluster;
using testing::DiagonalQuadratics;

Eigen::MatrixXd columns(Index d, NodeId n) {
  Eigen::MatrixXd result(d, n);
  Draws draws{3, Purpose::objective};
  for (Index k = 0; k < result.size(); ++k) result.data()[k] = standard_normal(draws);
  return result;
}

TEST_CASE("D-PSGD on a ring continues without a crashed node, as the recursion of the survivors") {
  constexpr NodeId n = 7, dead = 3;
  constexpr Index d = 4;
  constexpr int before = 5, after = 20;
  constexpr double eta = 0.2;
  const Mixing w = testing::ring(n);
  const Eigen::MatrixXd b = columns(d, n);
  const DiagonalQuadratics objective{Eigen::MatrixXd::Ones(d, n), b};  // ∇F_i(x) = x − b_i
  Faults faults{.detection = 2ms};
  faults.outages.push_back(outages(Crash{.nodes = {dead}, .at = before * 10ms + 5ms}, n, 1));
  Cluster cluster{{.mixing = w, .objective = objective, .message_time = 1ms, .faults = &faults}};
  cluster.run([](Node& node) { return d_psgd(node, {.step_size = eta}); }, {.node_steps = before + after});

  // Until the crash X ← XW − η(X − B). Its last payload has gone out when the dead node stops; afterwards its weight
  // goes to its neighbors' own models.
  Eigen::MatrixXd x = Eigen::MatrixXd::Zero(d, n);
  const Eigen::MatrixXd mix = Eigen::MatrixXd{w.matrix()}.transpose();
  for (int k = 0; k <= before; ++k) {
    const Eigen::MatrixXd next = x * mix - eta * (x - b);
    const Eigen::VectorXd frozen = x.col(dead);
    x = next;
    if (k == before) x.col(dead) = frozen;
  }
  Eigen::MatrixXd survivors = mix;
  for (const NodeId i : {dead - 1, dead + 1}) {
    survivors(i, i) += survivors(dead, i);
    survivors(dead, i) = 0;
  }
  for (int k = 1; k < after; ++k) {
    const Eigen::VectorXd frozen = x.col(dead);
    x = (x * survivors - eta * (x - b)).eval();
    x.col(dead) = frozen;
  }
  for (NodeId i = 0; i < n; ++i) {
    CAPTURE(i);
    CHECK((cluster.models().col(i) - x.col(i)).norm() < 1e-12);
  }
}

TEST_CASE("A node that starts anew decodes the messages of neighbors in later rounds; an exact code changes nothing") {
  constexpr NodeId n = 5;
  const Mixing w = testing::ring(n);
  const DiagonalQuadratics objective{Eigen::MatrixXd::Ones(3, n), columns(3, n)};
  Faults faults{.detection = 2ms};
  faults.outages.push_back(
      outages(Crash{.nodes = {2}, .at = 45ms, .downtime = 30ms, .recovery = Recovery::without_state}, n, 1));
  const auto models_with = [&](const auto& program, const std::shared_ptr<const Codec>& codec) {
    Cluster cluster{{.mixing = w, .objective = objective, .message_time = 1ms, .faults = &faults}};
    cluster.run([&](Node& node) { return program(node, codec); }, {.node_steps = 20});
    return Eigen::MatrixXd{cluster.models()};
  };
  const auto dcd = [](Node& node, const std::shared_ptr<const Codec>& codec) {
    return dcd_psgd(node, {.step_size = 0.1, .compressor = codec});
  };
  const auto ecd = [](Node& node, const std::shared_ptr<const Codec>& codec) {
    return ecd_psgd(node, {.step_size = 0.1, .compressor = codec});
  };
  const auto exact = std::make_shared<testing::Scaling>(1.0);
  CHECK(models_with(dcd, exact).isApprox(models_with(dcd, nullptr), 1e-12));
  CHECK(models_with(ecd, exact).isApprox(models_with(ecd, nullptr), 1e-12));
}

TEST_CASE("Local SGD continues with the mean of the survivors") {
  // Gradients b_i with H = 1: each round x ← x − η mean of b over the living.
  constexpr NodeId n = 4;
  const Mixing w = testing::complete(n);
  const Eigen::MatrixXd b = columns(2, n);
  const DiagonalQuadratics objective{Eigen::MatrixXd::Zero(2, n), b};
  Faults faults{.detection = 1ms};
  faults.outages.push_back(outages(Crash{.nodes = {1}, .at = 25ms}, n, 1));
  Cluster cluster{{.mixing = w, .objective = objective, .faults = &faults}};
  cluster.run([](Node& node) { return local_sgd(node, {.step_size = 0.5, .averaging_period = 1}); }, {.node_steps = 6});
  const Eigen::VectorXd living = (b.col(0) + b.col(2) + b.col(3)) / 3;
  const Eigen::VectorXd expected = 0.5 * (2 * b.rowwise().mean() + 4 * living);
  for (const NodeId i : {0, 2, 3}) CHECK((cluster.models().col(i) - expected).norm() < 1e-12);
}

struct Outcome {
  End end;
  std::vector<double> numbers;
  std::uint64_t least_steps = ~std::uint64_t{0};
  FaultCounters faults;
};

struct Case {
  std::string name;
  Program program;
  bool sends_messages = true;  ///< apart from those of all-reduces
  NodeId servers = 0;
  bool makes_all_steps = true;  ///< not if a server stops as soon as too few workers go on
};
Mixing graph(const Case& one, NodeId workers) {
  return one.servers > 0 ? testing::star(workers + one.servers) : testing::ring(workers);
}

/// A run of 12 nodes that learn, and of servers, under everything at once.
Outcome run(const Case& one, int threads, const Limits& limits) {
  constexpr NodeId workers = 12;
  const NodeId n = workers + one.servers;
  const Mixing w = graph(one, workers);
  const DiagonalQuadratics objective{Eigen::MatrixXd::Ones(3, n), columns(3, n), 0.1};
  Faults faults{.detection = 12ms};
  faults.outages.push_back(
      outages(Crash{.mean_time_to_failure = 400ms, .downtime = 60ms, .recovery = Recovery::with_state}, n, 1));
  faults.outages.push_back(outages(Churn{.nodes = {0, 4, 8}, .session = 600ms, .absence = 100ms}, n, 1));
  faults.messages.push_back(message_fault(Loss{.probability = 0.03}, n, 1));
  faults.messages.push_back(message_fault(Corruption{.probability = 0.03, .retransmit = 8ms}, n, 1));
  Cluster cluster{{.mixing = w,
                   .objective = objective,
                   .step_time =
                       [](NodeId i, std::uint64_t k) {
                         return Seconds{8e-3 + 1e-3 * static_cast<double>((static_cast<std::uint64_t>(i) + 3 * k) % 5)};
                       },
                   .message_time = 3ms,
                   .threads = threads,
                   .window = threads == 1 ? 1000u : 7u,
                   .faults = &faults,
                   .bandwidth = 1e6,
                   .servers = one.servers,
                   .optimum = std::vector<double>(3)}};
  Outcome result{.end = cluster.run(one.program, limits), .numbers = {}, .faults = *cluster.snapshot().faults};
  const Snapshot last = cluster.snapshot();
  for (const NodeId i : last.living) {
    const auto x = cluster.plane().values(last.models[static_cast<std::size_t>(i)]);
    result.numbers.insert(result.numbers.end(), x.begin(), x.end());
  }
  for (NodeId i = 0; i < n; ++i) {
    const NodeCounters c = cluster.counters(i);
    for (const auto count : {c.node_steps, c.interactions, c.received_messages, c.sent_messages})
      result.numbers.push_back(static_cast<double>(count));
    if (i < workers) result.least_steps = std::min(result.least_steps, c.node_steps);
  }
  result.numbers.push_back(cluster.now().count());
  result.numbers.push_back(last.faults->down.count());
  return result;
}

std::vector<Case> cases() {
  std::vector<Case> result;
  for (const auto& algorithm : algorithms())
    if (!algorithm.always_needs(Need::What::tree))  // a ring is no tree
      result.push_back({algorithm.name, algorithm.make(defaults(algorithm.settings)),
                        algorithm.sums.has_value() || !algorithm.all_reduces, algorithm.servers,
                        algorithm.servers == 0 || algorithm.steps_alike});
  for (const auto variant : {SwarmSgd::Variant::nb2, SwarmSgd::Variant::blocking})
    result.push_back({variant == SwarmSgd::Variant::nb2 ? "nb2" : "blocking",
                      [=](Node& node) { return swarm_sgd(node, {.variant = variant}); }});
  return result;
}

TEST_CASE("Every algorithm survives crashes, churn and losses: every node makes its steps") {
  for (const Case& one : cases()) {
    CAPTURE(one.name);
    const Outcome seen = run(one, 1, {.node_steps = 200});
    CAPTURE(seen.end.detail);
    if (one.makes_all_steps) {
      CHECK(seen.end.reason == End::Reason::node_steps);
      CHECK(seen.least_steps >= 200);
    } else {
      CHECK(seen.end.reason != End::Reason::stuck);
      CHECK(seen.least_steps >= 100);
    }
    CHECK(seen.faults.outages > 12);
    CHECK(seen.faults.down > Seconds{0.5});
    if (!one.sends_messages) continue;
    CHECK(seen.faults.lost_messages > 0);
    CHECK(seen.faults.retransmitted_messages > 0);
  }
}

TEST_CASE("Every algorithm gives the same bits under faults at any number of threads and any window") {
  for (const Case& one : cases()) {
    CAPTURE(one.name);
    const Outcome expected = run(one, 1, {.virtual_time = 1500ms});
    for (const int threads : {2, 3}) {
      const Outcome seen = run(one, threads, {.virtual_time = 1500ms});
      REQUIRE(seen.numbers.size() == expected.numbers.size());
      CHECK(std::memcmp(seen.numbers.data(), expected.numbers.data(), 8 * seen.numbers.size()) == 0);
    }
  }
}

TEST_CASE("A schedule without faults changes no bit and no nanosecond") {
  for (const Case& one : cases()) {
    CAPTURE(one.name);
    const NodeId n = 8 + one.servers;
    const Mixing w = graph(one, 8);
    const DiagonalQuadratics objective{Eigen::MatrixXd::Ones(3, n), columns(3, n), 0.1};
    Faults nothing{.detection = 5ms};
    nothing.outages.push_back(outages(Crash{.at = 1h}, n, 1));
    nothing.messages.push_back(message_fault(Loss{.probability = 0}, n, 1));
    const std::vector<double> optimum(3);
    Cluster plain{
        {.mixing = w, .objective = objective, .message_time = 3ms, .servers = one.servers, .optimum = optimum}};
    Cluster watched{{.mixing = w,
                     .objective = objective,
                     .message_time = 3ms,
                     .faults = &nothing,
                     .servers = one.servers,
                     .optimum = optimum}};
    plain.run(one.program, {.virtual_time = 900ms});
    watched.run(one.program, {.virtual_time = 900ms});
    CHECK(plain.models() == watched.models());
    for (NodeId i = 0; i < n; ++i) {
      CHECK(plain.counters(i).node_steps == watched.counters(i).node_steps);
      CHECK(plain.counters(i).received_bytes == watched.counters(i).received_bytes);
      CHECK(plain.counters(i).interactions == watched.counters(i).interactions);
      CHECK(plain.counters(i).computing == watched.counters(i).computing);
    }
  }
}

}  // namespace
}  // namespace gossamer::faults_test
