#include "tests/golden.hpp"

#include <doctest/doctest.h>

#include "tests/cluster.hpp"
#include "tests/graphs.hpp"

namespace gossamer::golden_test {
namespace {

using namespace std::chrono_literals;
using testing::Cluster;
namespace golden = testing::golden;

void check_models(Cluster& cluster, const std::vector<double>& expected) {
  const Eigen::MatrixXd x = cluster.models();
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CAPTURE(i);
    CHECK(x(0, static_cast<Index>(i)) == doctest::Approx(expected[i]).epsilon(1e-12));
  }
}

TEST_CASE("Every synchronous algorithm gives the golden iterates") {
  const Mixing w = testing::ring(golden::nodes);
  const auto objective = golden::objective();
  for (const golden::Iterates& row : golden::iterates()) {
    CAPTURE(row.name);
    CAPTURE(row.rounds);
    Cluster cluster{{.mixing = w, .objective = objective, .message_time = 4ms}};
    cluster.run(row.program, {.node_steps = row.rounds});
    check_models(cluster, row.models);
  }
}

TEST_CASE("Every variant of SwarmSGD gives the golden models") {
  const Mixing w = testing::complete(golden::nodes);
  const auto objective = golden::objective();
  for (const golden::SwarmModels& row : golden::swarm_sgd()) {
    const auto variant = row.variant;
    CAPTURE(static_cast<int>(variant));
    Cluster cluster{
        {.mixing = w,
         .objective = objective,
         .step_time = [&time = row.step_time](NodeId i, std::uint64_t k) { return time(i, k) * Seconds{1s}; },
         .meetings = golden::interactions}};
    const SwarmSgd settings{.step_size = golden::step_size, .local_steps = golden::local_steps, .variant = variant};
    cluster.run([settings](Node& node) { return swarm_sgd(node, settings); }, {.virtual_time = 1000s});
    check_models(cluster, row.models);
  }
}

}  // namespace
}  // namespace gossamer::golden_test
