#include <memory>

#include <doctest/doctest.h>

#include "algorithms/decentralized/choco_sgd.hpp"
#include "algorithms/decentralized/swarm_sgd.hpp"
#include "sim/compression/random_gossip.hpp"
#include "tests/codecs.hpp"
#include "tests/graphs.hpp"
#include "tests/sim/ranks/cluster.hpp"

namespace gossamer {
namespace {

using namespace std::chrono_literals;
using testing::on_ranks;
using testing::Outcome;
using testing::simulated;

constexpr NodeId n = 6;
constexpr Index d = 40;

/// Gossip in which neighbors send each other their encoded models.
Task gossip_encoded(Node& node, const Codec& sparse, const Codec& lattice) {
  Params x = node.initial_params();
  while (node.running()) {
    const Params g = co_await node.gradient(x);
    for (const NodeId j : node.out_neighbors()) {
      node.send(j, node.encode(lattice, x));
      node.send(j, node.encode(sparse, x));
    }
    Combination next = x - 0.05 * g;
    for (const NodeId j : node.in_neighbors()) {
      const std::optional<Encoded> near = co_await node.receive_encoded(j);
      const std::optional<Encoded> positive = co_await node.receive_encoded(j);
      next += 0.25 * (node.decode(lattice, *near, x) - x);
      next -= 0.01 * node.decode(sparse, *positive);
    }
    x = next;
    node.report(x);
  }
}

TEST_CASE("Encoded messages are bytes that exist: they leave the same models and counts on ranks") {
  const Mixing w = testing::ring(n);
  const auto law = step_times(ConstantStep{.step = 500us});
  const testing::Rough objective{d};
  const testing::Positive sparse;
  const testing::DitheredModulo lattice{1e-3, 1 << 20};
  const Program program = [&](Node& node) { return gossip_encoded(node, sparse, lattice); };
  const testing::ClusterSetup setup{.mixing = w, .step_times = *law, .objective = &objective};
  const Outcome expected = simulated(setup, program, {.node_steps = 12});
  for (const auto wire : {RankWorld::Wire::shaped, RankWorld::Wire::real}) {
    const Outcome seen = on_ranks(setup, program, {.node_steps = 12}, {.wire = wire});
    if (seen.models.empty()) continue;  // a rank without the models
    CHECK(seen.same_models(expected));
    for (std::size_t i = 0; i < n; ++i) {
      CHECK(seen.counters[i].sent_bytes == expected.counters[i].sent_bytes);
      CHECK(seen.counters[i].received_bytes == expected.counters[i].received_bytes);
    }
  }
}

TEST_CASE("Codes of no bytes leave the same models on ranks") {
  const Mixing w = testing::ring(n);
  const auto law = step_times(ConstantStep{.step = 500us});
  const testing::Rough objective{d};
  const auto codec = std::make_shared<RandomGossip>(RandomGossip::Settings{.probability = 0.5});
  const Program program = [&](Node& node) {
    return swarm_sgd(node, {.local_steps = 1, .variant = SwarmSgd::Variant::blocking, .compressor = codec});
  };
  const testing::ClusterSetup setup{.mixing = w,
                                    .step_times = *law,
                                    .objective = &objective,
                                    .meetings = {{0, 1}, {2, 3}, {4, 5}, {1, 2}, {3, 4}, {5, 0}, {0, 1}, {2, 3}}};
  const Outcome expected = simulated(setup, program, {});
  for (const auto wire : {RankWorld::Wire::shaped, RankWorld::Wire::real}) {
    const Outcome seen = on_ranks(setup, program, {}, {.wire = wire});
    if (!seen.models.empty()) CHECK(seen.same_models(expected));  // rank 0 alone has the models
  }
}

TEST_CASE("A short code does not overtake a long one that was sent before it, on ranks as little") {
  const Mixing w = testing::ring(n);
  const auto law = step_times(ConstantStep{.step = 500us});
  const testing::Rough objective{d};
  const auto codec = std::make_shared<RandomGossip>(RandomGossip::Settings{.probability = 0.5});
  const Program program = [&](Node& node) { return choco_sgd(node, {.consensus_step = 0.2, .compressor = codec}); };
  // A whole model takes 3.4 ms, seven steps; a code of no bytes takes 0.2 ms.
  const testing::ClusterSetup on_lines{.mixing = w,
                                       .step_times = *law,
                                       .objective = &objective,
                                       .piecewise = Piecewise{.latency = {200e-6}, .bandwidth = {5e4}},
                                       .payload = 4 * d};
  const testing::ClusterSetup on_cards{
      .mixing = w, .step_times = *law, .objective = &objective, .payload = 4 * d};  // these keep the order
  const Outcome expected = simulated(on_cards, program, {.node_steps = 20});
  CHECK(simulated(on_lines, program, {.node_steps = 20}).same_models(expected));
  const Outcome seen = on_ranks(on_lines, program, {.node_steps = 20});
  if (!seen.models.empty()) CHECK(seen.same_models(expected));
}

}  // namespace
}  // namespace gossamer
