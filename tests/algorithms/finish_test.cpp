#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "algorithms/decentralized/ad_psgd.hpp"
#include "algorithms/decentralized/randomized_gossip.hpp"
#include "algorithms/decentralized/swarm_sgd.hpp"
#include "tests/cluster.hpp"
#include "tests/graphs.hpp"

// Nodes that have made the steps of a run stay until all nodes have.
namespace gossamer::finish_test {
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
      Cluster cluster{{.mixing = w, .objective = flat, .step_time = step_time, .message_time = 1ms, .initial = x0}};
      const End end = cluster.run(program, {.node_steps = steps});
      CHECK(end.reason == End::Reason::node_steps);
      CHECK(end.detail.empty());
      for (NodeId i = 0; i < n; ++i) CHECK(cluster.counters(i).node_steps == steps);
      CHECK(cluster.models().sum() == doctest::Approx(x0.sum()).epsilon(1e-12));
    }
  }
}

/// Nodes 0 – 1 – 2 meet by a given sequence, 0 with 1 and then 1 with 2, and make one step each. The slow node's step
/// takes 20 ms, the others' 5 ms, a message 1 ms. Returns the time of the end.
double end_of_meetings(NodeId slow) {
  const Mixing w = testing::line(3);
  const DiagonalQuadratics flat{MatrixXd::Zero(1, 3), MatrixXd::Zero(1, 3)};
  Cluster cluster{{.mixing = w,
                   .objective = flat,
                   .step_time = [slow](NodeId i, std::uint64_t) { return i == slow ? Seconds{20ms} : Seconds{5ms}; },
                   .message_time = 1ms,
                   .meetings = {{0, 1}, {1, 2}},
                   .initial = Eigen::RowVector3d{8, 0, 32}}};
  const End end = cluster.run(
      [](Node& node) { return swarm_sgd(node, {.local_steps = 1, .variant = SwarmSgd::Variant::blocking}); },
      {.node_steps = 1});
  CHECK(end.reason == End::Reason::node_steps);
  CHECK(cluster.models() == Eigen::RowVector3d{4, 18, 18});
  return cluster.now().count();
}

TEST_CASE("A node that is done averages at once with one that is not: blocking, by hand") {
  // Node 1 is done after the first meeting. Node 2's request arrives after its step and one message, the answer after
  // one more.
  CHECK(end_of_meetings(2) == doctest::Approx(0.022));
}

TEST_CASE("A request that waits is answered when its receiver is done") {
  // Both requests arrive after 6 ms and wait until node 1 has made its step. Its answers take one message.
  CHECK(end_of_meetings(1) == doctest::Approx(0.021));
}

}  // namespace
}  // namespace gossamer::finish_test
