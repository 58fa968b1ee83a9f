#include <cmath>

#include <doctest/doctest.h>

#include "algorithms/decentralized/ad_psgd.hpp"
#include "algorithms/decentralized/randomized_gossip.hpp"
#include "algorithms/decentralized/swarm_sgd.hpp"
#include "algorithms/registry.hpp"
#include "algorithms/server/k_sync.hpp"
#include "algorithms/server/st_syn.hpp"
#include "tests/algorithm_graphs.hpp"
#include "tests/cluster.hpp"

// The smallest clusters: a node without neighbors, and two nodes.
namespace gossamer::few_nodes_test {
namespace {

using Eigen::MatrixXd;
using testing::Cluster;
using testing::DiagonalQuadratics;

constexpr std::uint64_t steps = 24;  // a multiple of every default period

DiagonalQuadratics halves(NodeId n) { return {MatrixXd::Ones(1, n), MatrixXd::Zero(1, n)}; }  // f_i(x) = x²/2

TEST_CASE("Every algorithm runs on one node, which sends nothing") {
  const Mixing w = testing::complete(1);
  const auto objective = halves(1);
  for (const auto& algorithm : algorithms()) {
    if (algorithm.servers > 0) continue;
    CAPTURE(algorithm.name);
    Cluster cluster{{.mixing = w, .objective = objective, .initial = MatrixXd::Ones(1, 1), .optimum = {0}}};
    const End end = cluster.run(algorithm.make(defaults(algorithm.settings)), {.node_steps = steps});
    CHECK(end.reason == End::Reason::node_steps);
    CHECK(cluster.counters(0).node_steps >= steps);
    if (algorithm.steps_alike) CHECK(cluster.counters(0).node_steps == steps);
    CHECK(cluster.counters(0).sent_messages == 0);
    CHECK(std::isfinite(cluster.models()(0, 0)));
  }
}

TEST_CASE("Every algorithm runs on two nodes") {
  const Mixing w = testing::line(2);
  const auto objective = halves(2);
  for (const auto& algorithm : algorithms()) {
    CAPTURE(algorithm.name);
    Values values = defaults(algorithm.settings);
    if (values.contains("gradients")) values["gradients"] = std::int64_t{1};  // K, of a single worker
    Cluster cluster{{.mixing = w,
                     .objective = objective,
                     .initial = Eigen::RowVector2d{1, -3},
                     .servers = algorithm.servers,
                     .optimum = {0}}};
    const End end = cluster.run(algorithm.make(values), {.node_steps = steps});
    CHECK(end.reason == End::Reason::node_steps);
    for (NodeId i = 0; i < testing::workers_of(algorithm, 2); ++i) {
      CHECK(cluster.counters(i).node_steps >= steps);
      if (algorithm.steps_alike) CHECK(cluster.counters(i).node_steps == steps);
    }
    CHECK(cluster.models().allFinite());
  }
}

TEST_CASE("Without neighbors, algorithms that meet in pairs compute SGD, and gossip keeps the model") {
  constexpr double eta = 0.25;
  const Mixing w = testing::complete(1);
  const auto objective = halves(1);
  const auto after = [&](const Program& program) {
    Cluster cluster{{.mixing = w, .objective = objective, .initial = MatrixXd::Ones(1, 1)}};
    cluster.run(program, {.node_steps = steps});
    return cluster.models()(0, 0);
  };
  const double expected = std::pow(1 - eta, steps);  // x ← x − η x
  using enum SwarmSgd::Variant;
  for (const auto variant : {nb1, nb2, blocking, one_sided})
    CHECK(after([=](Node& node) {
            return swarm_sgd(node, {.step_size = eta, .local_steps = 3, .variant = variant});
          }) == doctest::Approx(expected).epsilon(1e-14));
  using enum AdPsgd::Protocol;
  for (const auto protocol : {everybody, bipartite})
    CHECK(after([=](Node& node) { return ad_psgd(node, {.step_size = eta, .protocol = protocol}); }) ==
          doctest::Approx(expected).epsilon(1e-14));
  CHECK(after([](Node& node) { return randomized_gossip(node, {}); }) == 1);
}

TEST_CASE("A server that waits for more workers than there are waits for all of them") {
  constexpr int workers = 2;
  const Mixing w = testing::star(workers + 1);
  const auto objective = halves(workers + 1);
  const auto server_model = [&](const Program& program) {
    Cluster cluster{
        {.mixing = w, .objective = objective, .initial = Eigen::RowVector3d{1, 1, 1}, .servers = 1, .optimum = {0}}};
    CHECK(cluster.run(program, {.node_steps = steps}).reason == End::Reason::node_steps);
    return cluster.models()(0, workers);
  };
  const auto same = [&](const auto& with) {
    const double all = server_model(with(workers));
    CHECK(all != 1);
    CHECK(server_model(with(workers + 5)) == all);
  };
  same([](int k) { return [k](Node& node) { return k_sync(node, {.gradients = k}); }; });
  same([](int k) { return [k](Node& node) { return k_async(node, {.gradients = k}); }; });
  same([](int k) { return [k](Node& node) { return st_syn(node, {.ready = k}); }; });
}

TEST_CASE("A program that asks for a neighbor where there is none is refused in a sentence") {
  const Mixing w = testing::complete(1);
  const auto objective = halves(1);
  const auto refusal = [&](const Program& program) {
    Cluster cluster{{.mixing = w, .objective = objective}};
    CHECK_THROWS_WITH(cluster.run(program, {}), "node 0 asks for a neighbor and has none");
  };
  refusal([](Node& node) -> Task {
    node.random_neighbor();
    co_return;
  });
  refusal([](Node& node) -> Task {
    node.next_meeting();
    co_return;
  });
}

}  // namespace
}  // namespace gossamer::few_nodes_test
