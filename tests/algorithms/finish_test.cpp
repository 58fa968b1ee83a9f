#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "algorithms/ad_psgd.hpp"
#include "algorithms/randomized_gossip.hpp"
#include "algorithms/swarm_sgd.hpp"
#include "tests/cluster.hpp"
#include "tests/graphs.hpp"

// Nodes that have made the steps of a run stay for those who have not.
namespace gossamer {
namespace {

using namespace std::chrono_literals;
using Eigen::MatrixXd;
using testing::Cluster;
using testing::DiagonalQuadratics;

/// Node 0 is joined with all others, 1/n each.
Mixing star(NodeId n) {
  SparseMatrix w(n, n);
  for (NodeId i = 0; i < n; ++i) {
    const double given = i == 0 ? n - 1 : 1;
    w.coeffRef(i, i) = 1 - given / n;
    if (i == 0) continue;
    w.coeffRef(0, i) = w.coeffRef(i, 0) = 1.0 / n;
  }
  return Mixing{w};
}

/// All that meet in pairs, three steps between two meetings where they count them.
std::vector<std::pair<std::string, Program>> programs() {
  std::vector<std::pair<std::string, Program>> result;
  using enum SwarmSgd::Variant;
  for (const auto& [name, variant] :
       std::vector<std::pair<std::string, SwarmSgd::Variant>>{{"nb1", nb1}, {"nb2", nb2}, {"blocking", blocking}}) {
    const SwarmSgd settings{.local_steps = 3, .variant = variant};
    result.emplace_back(name, [=](Node& node) { return swarm_sgd(node, settings); });
  }
  result.emplace_back("ad_psgd", [](Node& node) { return ad_psgd(node, {}); });
  result.emplace_back("randomized_gossip", [](Node& node) { return randomized_gossip(node, {}); });
  return result;
}

TEST_CASE("On a star every node makes its steps, however seldom it meets, and the mean stays where gradients vanish") {
  // The hub takes part in every meeting, a leaf in one of fifteen: long before the leaves are done it has met enough.
  constexpr NodeId n = 16;
  constexpr std::uint64_t steps = 99;  // a multiple of three
  const Mixing w = star(n);
  const DiagonalQuadratics flat{MatrixXd::Zero(1, n), MatrixXd::Zero(1, n)};
  MatrixXd x0(1, n);
  for (NodeId i = 0; i < n; ++i) x0(0, i) = 1.0 * i * i;
  for (const auto& [program_name, program] : programs()) {
    const std::string& name = program_name;  // clang captures no bindings
    CAPTURE(name);
    for (const bool slow_hub : {false, true}) {
      CAPTURE(slow_hub);
      const auto step_time = [=](NodeId i, std::uint64_t) { return i == 0 && slow_hub ? Seconds{70ms} : Seconds{7ms}; };
      Cluster cluster{
          {.mixing = w, .objective = flat, .step_time = step_time, .message_time = 1ms, .initial = x0}};
      const End end = cluster.run(program, {.node_steps = steps});
      CHECK(end.reason == End::Reason::node_steps);
      CHECK(end.detail.empty());
      for (NodeId i = 0; i < n; ++i) CHECK(cluster.counters(i).node_steps == steps);
      CHECK(cluster.models().sum() == doctest::Approx(x0.sum()).epsilon(1e-12));
    }
  }
}

TEST_CASE("A node that is done averages at once with one that is not: blocking, by hand") {
  // Nodes 0 – 1 – 2 with a given sequence of meetings. Node 1 has made its one step after the first meeting, so that
  // it answers node 2's request at 21 ms: it took a step of 20 ms and a message of 1 ms to get there.
  const Mixing w = testing::line(3);
  const DiagonalQuadratics flat{MatrixXd::Zero(1, 3), MatrixXd::Zero(1, 3)};
  const auto step_time = [](NodeId i, std::uint64_t) { return i == 2 ? Seconds{20ms} : Seconds{5ms}; };
  Cluster cluster{{.mixing = w,
                   .objective = flat,
                   .step_time = step_time,
                   .message_time = 1ms,
                   .meetings = {{0, 1}, {1, 2}},
                   .initial = Eigen::RowVector3d{8, 0, 32}}};
  const End end = cluster.run(
      [](Node& node) {
        return swarm_sgd(node, {.local_steps = 1, .variant = SwarmSgd::Variant::blocking});
      },
      {.node_steps = 1});
  CHECK(end.reason == End::Reason::node_steps);
  CHECK(cluster.models() == Eigen::RowVector3d{4, 18, 18});
  CHECK(cluster.now().count() == doctest::Approx(0.022));  // and back
}

TEST_CASE("A request that waits is answered when its receiver is done") {
  // Node 2's request is there after 6 ms, and node 1 is at its one step until 20 ms.
  const Mixing w = testing::line(3);
  const DiagonalQuadratics flat{MatrixXd::Zero(1, 3), MatrixXd::Zero(1, 3)};
  const auto step_time = [](NodeId i, std::uint64_t) { return i == 1 ? Seconds{20ms} : Seconds{5ms}; };
  Cluster cluster{{.mixing = w,
                   .objective = flat,
                   .step_time = step_time,
                   .message_time = 1ms,
                   .meetings = {{0, 1}, {1, 2}},
                   .initial = Eigen::RowVector3d{8, 0, 32}}};
  const End end = cluster.run(
      [](Node& node) {
        return swarm_sgd(node, {.local_steps = 1, .variant = SwarmSgd::Variant::blocking});
      },
      {.node_steps = 1});
  CHECK(end.reason == End::Reason::node_steps);
  CHECK(cluster.models() == Eigen::RowVector3d{4, 18, 18});
  CHECK(cluster.now().count() == doctest::Approx(0.021));  // node 0's request waits, too: 20 ms, and one message
}

}  // namespace
}  // namespace gossamer
