#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <doctest/doctest.h>

#include "sim/compute/laws.hpp"
#include "sim/engine/simulation.hpp"
#include "sim/faults/crash.hpp"
#include "sim/network/models/alpha_beta.hpp"
#include "sim/numerics/functions/sign.hpp"
#include "tests/cluster.hpp"
#include "tests/codecs.hpp"
#include "tests/graphs.hpp"

// All-gathers of messages, all-reduces of a part of a model, and functions of models, as programs use them.
namespace gossamer {
namespace {

using namespace std::chrono_literals;
using testing::Cluster;
using testing::DiagonalQuadratics;

constexpr NodeId n = 6;
constexpr Seconds latency{3e-3};

Eigen::MatrixXd numbered() {
  Eigen::MatrixXd x0(4, n);
  for (NodeId i = 0; i < n; ++i) x0.col(i) << 1.0 * i, 10.0 * i, -1.0 * i, 1;
  return x0;
}

/// Gathers all models, with the node's number as the number of the message, and reports 2^sender-weighted sums.
Task gather_once(Node& node, Bytes size, NodeId group) {
  const Params x = node.initial_params();
  const Params g = co_await node.gradient(x);
  const Encoded mine{x, size, 0.5 * node.id()};
  const auto all = co_await node.all_gather(mine, group);
  Combination sum;
  for (const Received& message : all->messages()) {
    CHECK(message.content.weight == 0.5 * message.sender);
    CHECK(message.content.size == size);
    sum += static_cast<double>(1 << message.sender) * message.content.vector;
  }
  node.report(sum);
}

TEST_CASE("An all-gather gives every node the messages of all, in the order of nodes, after n − 1 rounds of a ring") {
  const Mixing w = testing::ring(n);
  const DiagonalQuadratics flat = testing::flat(n, 4);
  for (const bool uneven : {false, true}) {
    Cluster cluster{
        {.mixing = w,
         .objective = flat,
         .step_time = [uneven](NodeId i, std::uint64_t) { return Seconds{uneven && i == 2 ? 50e-3 : 10e-3}; },
         .message_time = latency,
         .initial = numbered(),
         .payload = 7000}};
    cluster.run([](Node& node) { return gather_once(node, 100, 0); }, {.node_steps = 1});
    // A message of 100 bytes takes the latency and 100 s, at a byte a second; the ring starts with the slowest node.
    const double start = uneven ? 50e-3 : 10e-3;
    CHECK(cluster.now().count() == doctest::Approx(start + (n - 1) * (latency.count() + 100)));
    double sum = 0;
    for (NodeId i = 0; i < n; ++i) sum += (1 << i) * i;
    for (NodeId i = 0; i < n; ++i) {
      CHECK(cluster.models().col(i) == Eigen::Vector4d{sum, 10 * sum, -sum, 63});
      CHECK(cluster.counters(i).sent_messages == n - 1);
      CHECK(cluster.counters(i).sent_bytes == 100 * (n - 1));
      CHECK(cluster.counters(i).received_bytes == 100 * (n - 1));
    }
  }
}

TEST_CASE("Groups gather for themselves") {
  const Mixing w = testing::ring(n);
  const DiagonalQuadratics flat = testing::flat(n, 4);
  Cluster cluster{{.mixing = w, .objective = flat, .message_time = latency, .initial = numbered(), .payload = 7000}};
  cluster.run([](Node& node) { return gather_once(node, 0, 2); }, {.node_steps = 1});
  CHECK(cluster.now().count() == doctest::Approx(10e-3 + latency.count()));
  for (NodeId i = 0; i < n; ++i) CHECK(cluster.models()(3, i) == 3 << (i / 2 * 2));
}

TEST_CASE("An all-gather that is played takes its formula's time, and moves the same bytes") {
  const Mixing w = testing::ring(n);
  const auto law = step_times(ConstantStep{.step = 10ms});
  std::vector<double> ends;
  for (const Collectives collectives : {Collectives::formula, Collectives::played}) {
    AlphaBetaNetwork network{{.latency = 2ms, .bandwidth = 1e4}};
    Simulation simulation{
        {.mixing = w, .step_times = *law, .network = network, .payload = 600, .collectives = collectives}};
    simulation.run([](Node& node) { return gather_once(node, 200, 0); }, {.node_steps = 1});
    ends.push_back(simulation.now().count());
    for (NodeId i = 0; i < n; ++i) CHECK(simulation.counters(i).sent_bytes == 200 * (n - 1));
  }
  CHECK(ends[0] == doctest::Approx(10e-3 + (n - 1) * (2e-3 + 200 / 1e4)));
  CHECK(ends[1] == doctest::Approx(ends[0]));
}

TEST_CASE("An all-gather leaves out nodes that are down") {
  const Mixing w = testing::complete(n);
  const DiagonalQuadratics flat = testing::flat(n, 4);
  Faults faults{.detection = 5ms};
  faults.outages.push_back(outages(Crash{.nodes = {1, 4}, .at = 5ms}, n, 1));
  Cluster cluster{{.mixing = w, .objective = flat, .message_time = latency, .initial = numbered(), .faults = &faults}};
  cluster.run([](Node& node) { return gather_once(node, 0, 0); }, {.node_steps = 1});
  for (const NodeId i : {0, 2, 3, 5}) CHECK(cluster.models()(3, i) == 63 - 2 - 16);
  CHECK(cluster.now().count() == doctest::Approx(10e-3 + 3 * latency.count()));  // a ring of the four that live
}

/// Reports the last model of the list, and counts how often it is taken out of it.
Task report_last(Node& node, int* taken) {
  const Params x = node.initial_params();
  while (node.running()) {
    const Params g = co_await node.gradient(x);
    const Encoded mine{x, 8};
    const auto all = co_await node.all_gather(mine);
    node.report(all->common([taken](std::span<const Received> messages) {
      ++*taken;
      return messages.back().content.vector;
    }));
  }
}

TEST_CASE("Nodes that share a list compute what they have in common once") {
  const Mixing w = testing::complete(n);
  const DiagonalQuadratics flat = testing::flat(n, 4);
  int taken = 0;
  Cluster cluster{{.mixing = w, .objective = flat, .initial = numbered()}};
  cluster.run([&taken](Node& node) { return report_last(node, &taken); }, {.node_steps = 3});
  CHECK(taken == 3);
  CHECK(cluster.models().col(0) == numbered().col(n - 1));
}

/// Averages x in two streams at once, where odd nodes start them in the other order.
Task average_in_streams(Node& node) {
  const Params x = node.initial_params();
  const Params g = co_await node.gradient(x);
  const Encoded part{x, 12};
  const bool odd = node.id() % 2 == 1;
  Pending first = node.all_reduce_mean(odd ? Encoded{2.0 * x, 12} : part, 0, odd ? 1 : 0);
  Pending second = node.all_reduce_mean(odd ? part : Encoded{2.0 * x, 12}, 0, odd ? 0 : 1);
  const Params a = co_await first;
  const Params b = co_await second;
  node.report(odd ? b + 100.0 * a : a + 100.0 * b);
}

TEST_CASE("A part of a model counts with its own size, and all-reduces of two streams are in no order") {
  const Mixing w = testing::ring(n);
  const DiagonalQuadratics flat = testing::flat(n, 4);
  Cluster cluster{{.mixing = w, .objective = flat, .message_time = latency, .initial = numbered(), .payload = 7000}};
  cluster.run(average_in_streams, {.node_steps = 1});
  const Eigen::VectorXd mean = numbered().rowwise().mean();
  for (NodeId i = 0; i < n; ++i) {
    CHECK((cluster.models().col(i) - 201 * mean).norm() < 1e-12);
    CHECK(cluster.counters(i).sent_bytes == 2 * 2 * (n - 1) * 2);  // pieces of 2 bytes
  }
  CHECK(cluster.now().count() == doctest::Approx(10e-3 + 2 * (n - 1) * (latency.count() + 2)));
}

Task draw(Node& node, std::vector<std::uint32_t>* drawn) {
  drawn->push_back(node.common_draws(Purpose::mask, 5)());
  co_await node.tick();
}

TEST_CASE("Draws that nodes have in common are those of the seed, whichever node asks") {
  const Mixing w = testing::ring(n);
  const DiagonalQuadratics flat = testing::flat(n, 1);
  std::vector<std::uint32_t> drawn;
  Cluster cluster{{.mixing = w, .objective = flat, .seed = 17}};
  cluster.run([&drawn](Node& node) { return draw(node, &drawn); }, {.node_steps = 1});
  CHECK(drawn == std::vector<std::uint32_t>(n, Draws{17, Purpose::mask, 0, 5}()));
}

/// Encodes with a codec of its own, which ends with the program, before the arithmetic is done.
Task encode_and_end(Node& node) {
  const auto codec = std::make_shared<const testing::Scaling>(0.5);
  const Params x = node.initial_params();
  const Params g = co_await node.gradient(x);
  node.report(node.apply(std::make_shared<const Sign>(), {node.decode(codec, node.encode(codec, x))}));
}

TEST_CASE("Recorded operations keep their codecs and functions alive when programs have ended") {
  const Mixing w = testing::ring(n);
  const DiagonalQuadratics flat = testing::flat(n, 4);
  Cluster cluster{{.mixing = w, .objective = flat, .initial = numbered()}};
  cluster.run(encode_and_end, {.node_steps = 1});
  CHECK(cluster.models().col(3) == Eigen::Vector4d{1, 1, -1, 1});
}

}  // namespace
}  // namespace gossamer
