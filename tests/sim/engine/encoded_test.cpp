#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

#include <doctest/doctest.h>

#include "sim/compression/random_gossip.hpp"
#include "sim/compression/top_k.hpp"
#include "sim/network/models/alpha_beta.hpp"
#include "tests/cluster.hpp"
#include "tests/codecs.hpp"
#include "tests/graphs.hpp"
#include "tests/sim/engine/faulty.hpp"

namespace gossamer {
namespace {

using testing::Cluster;
using testing::DiagonalQuadratics;

constexpr Index d = 40;

/// The initial model of node i: i + 1 positive coordinates of d.
Eigen::MatrixXd start(NodeId n) {
  Eigen::MatrixXd x = -Eigen::MatrixXd::Ones(d, n);
  for (NodeId i = 0; i < n; ++i) x.col(i).head(i + 1).setConstant(i + 1.0);
  return x;
}

/// One round: every node sends its encoded model to its neighbors, and adds up the models that it receives.
Task send_encoded(Node& node, const Codec& codec) {
  Params x = node.initial_params();
  const Encoded mine = node.encode(codec, x);
  for (const NodeId j : node.out_neighbors()) node.send(j, mine);
  for (const NodeId j : node.in_neighbors()) {
    const std::optional<Encoded> theirs = co_await node.receive_encoded(j);
    x = x + node.decode(codec, *theirs);
  }
  node.report(x);
}

TEST_CASE("A message costs the bytes that its codec wrote, and is decoded from them") {
  constexpr NodeId n = 6;
  const Mixing w = testing::ring(n);
  const DiagonalQuadratics objective{Eigen::MatrixXd::Zero(d, n), Eigen::MatrixXd::Zero(d, n)};
  const testing::Positive codec;
  Cluster cluster{{.mixing = w, .objective = objective, .initial = start(n), .payload = 4 * d}};
  cluster.run([&](Node& node) { return send_encoded(node, codec); }, {});

  const Eigen::MatrixXd x0 = start(n), heard = x0.cwiseMax(0), after = cluster.models();
  Bytes most = 0;
  for (NodeId i = 0; i < n; ++i) {
    const NodeId left = (i + n - 1) % n, right = (i + 1) % n;
    CHECK(after.col(i) == x0.col(i) + heard.col(left) + heard.col(right));
    // Charged like float32, though this cluster computes in float64.
    const auto written = [](NodeId j) { return (j + 1) * static_cast<Bytes>(sizeof(std::uint32_t) + sizeof(float)); };
    CHECK(cluster.counters(i).sent_bytes == 2 * written(i));
    CHECK(cluster.counters(i).received_bytes == written(left) + written(right));
    most = std::max(most, written(i));
  }
  CHECK(cluster.now().count() == static_cast<double>(most));  // the cluster's links carry a byte a second
}

TEST_CASE("Without numerics a message of unknown size counts with the most bytes that it can have") {
  const Mixing w = testing::ring(4);
  const testing::Positive codec;
  const testing::StepsBy steps{[](NodeId, std::uint64_t) { return Seconds{1}; }};
  AlphaBetaNetwork network{{.latency = Seconds{0}, .bandwidth = 1.0}};
  Simulation simulation{{.mixing = w, .step_times = steps, .network = network, .payload = 4 * d}};
  simulation.run([&](Node& node) { return send_encoded(node, codec); }, {});
  for (NodeId i = 0; i < 4; ++i) CHECK(simulation.counters(i).sent_bytes == 2 * codec.most_bytes(d));
}

TEST_CASE("A code counts what its codec makes of a model of the payload, whatever is trained, and without numerics") {
  constexpr NodeId n = 4;
  constexpr Index charged = 25 * d;  // coordinates of 4 bytes
  const Mixing w = testing::ring(n);
  const DiagonalQuadratics objective{Eigen::MatrixXd::Zero(d, n), Eigen::MatrixXd::Zero(d, n)};
  const auto sent = [&](const Codec& codec, NodeId i) {
    Cluster cluster{{.mixing = w, .objective = objective, .initial = start(n), .payload = 4 * charged}};
    cluster.run([&](Node& node) { return send_encoded(node, codec); }, {});
    return cluster.counters(i).sent_bytes / 2;
  };
  const auto sent_without_numerics = [&](const Codec& codec) {
    const testing::StepsBy steps{[](NodeId, std::uint64_t) { return Seconds{1}; }};
    AlphaBetaNetwork network{{.latency = Seconds{0}, .bandwidth = 1.0}};
    Simulation simulation{{.mixing = w, .step_times = steps, .network = network, .payload = 4 * charged}};
    simulation.run([&](Node& node) { return send_encoded(node, codec); }, {});
    return simulation.counters(0).sent_bytes / 2;
  };
  // A quarter of the coordinates: 250 values of 4 bytes, and which of 1000 they are, 10 bits each.
  const TopK quarter{{.fraction = 0.25}};
  CHECK(sent(quarter, 0) == 250 * 4 + 250 * 10 / 8 + 1);
  CHECK(sent_without_numerics(quarter) == sent(quarter, 0));
  // Node i writes i + 1 of 40 coordinates, so it counts this share of 1000, 8 bytes each.
  const testing::Positive positive;
  for (NodeId i = 0; i < n; ++i) CHECK(sent(positive, i) == 25 * (i + 1) * 8);
  CHECK(sent_without_numerics(positive) == 1000 * 8);
  const RandomGossip everything{{.probability = 1}};
  CHECK(sent(everything, 0) == 4 * charged);
}

/// Node 1 sends its model to node 0. Node 0 adds the model that comes, or subtracts 1 from its own if none comes.
Task send_to_one(Node& node, const Codec& codec) {
  Params x = node.initial_params();
  if (node.id() == 1) co_return node.send(0, node.encode(codec, x));
  const std::optional<Encoded> theirs = co_await node.receive_encoded(1);
  node.report(theirs ? x + node.decode(codec, *theirs) : 2.0 * x);
}

TEST_CASE("A code of no bytes is a message, and what is lost is none") {
  const Mixing w = testing::complete(2);
  const DiagonalQuadratics objective{Eigen::MatrixXd::Zero(d, 2), Eigen::MatrixXd::Zero(d, 2)};
  const testing::Positive codec;
  const Eigen::MatrixXd x0 = -Eigen::MatrixXd::Ones(d, 2);  // no coordinate is positive, so none is written
  const auto after = [&](const Faults* faults) {
    Cluster cluster{{.mixing = w, .objective = objective, .initial = x0, .faults = faults}};
    cluster.run([&](Node& node) { return send_to_one(node, codec); }, {});
    CHECK(cluster.counters(1).sent_messages == 1);
    CHECK(cluster.counters(1).sent_bytes == 0);
    return Eigen::VectorXd{cluster.models().col(0)};
  };
  CHECK(after(nullptr) == x0.col(0));
  const Faults faults = testing::faults_of(2, Seconds{1}, Loss{.probability = 1});
  CHECK(after(&faults) == 2 * x0.col(0));
}

/// Two models that average with each other, one by asking and one by a handler, both encoded.
Task exchange_encoded(Node& node, const Codec& codec, int times) {
  Params x = node.initial_params();
  node.on_exchange([&](const Encoded& theirs) {
    const Encoded mine = node.encode(codec, x);
    x = x + 0.5 * (node.decode(codec, theirs, x) - x);
    return mine;
  });
  for (int k = 0; node.id() == 0 && k < times; ++k) {
    const std::optional<Encoded> theirs = co_await node.exchange(1, node.encode(codec, x));
    x = x + 0.5 * (node.decode(codec, *theirs, x) - x);
  }
  node.report(x);
  co_await node.all_done();
  node.report(x);
}

TEST_CASE("Models that average through a lattice come as close as its spacing, at half of a model's bytes") {
  const Mixing w = testing::complete(2);
  const DiagonalQuadratics objective{Eigen::MatrixXd::Zero(d, 2), Eigen::MatrixXd::Zero(d, 2)};
  constexpr double spacing = 1e-3;
  const testing::DitheredModulo codec{spacing, 10'000};
  Eigen::MatrixXd x0(d, 2);
  for (Index k = 0; k < d; ++k) x0.row(k) << std::sin(static_cast<double>(k)), std::cos(static_cast<double>(k));
  Cluster cluster{{.mixing = w, .objective = objective, .initial = x0, .payload = 4 * d}};
  cluster.run([&](Node& node) { return exchange_encoded(node, codec, 3); }, {});
  const Eigen::MatrixXd x = cluster.models();
  // Each side is off its half of the other's model by a quarter of a spacing at most, in the last of three meetings.
  CHECK((x.col(0) - x.col(1)).cwiseAbs().maxCoeff() <= spacing);
  CHECK((x - x0.rowwise().mean().replicate(1, 2)).cwiseAbs().maxCoeff() <= 3 * spacing / 4 + 1e-12);
  CHECK(cluster.counters(0).sent_bytes == 3 * 4 * d);
}

}  // namespace
}  // namespace gossamer
