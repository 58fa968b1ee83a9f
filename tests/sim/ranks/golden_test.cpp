#include "tests/golden.hpp"

#include <doctest/doctest.h>

#include "tests/graphs.hpp"
#include "tests/sim/ranks/cluster.hpp"

namespace gossamer {
namespace {

using namespace std::chrono_literals;
using testing::ClusterSetup;
using testing::on_ranks;
using testing::Outcome;
using testing::simulated;
using testing::StepsBy;
namespace golden = testing::golden;

void check_models(const Outcome& seen, const std::vector<double>& expected) {
  for (std::size_t i = 0; i < seen.models.size(); ++i) {
    CAPTURE(i);
    CHECK(seen.models[i] == doctest::Approx(expected[i]).epsilon(1e-12));
  }
}

TEST_CASE("Every synchronous algorithm gives the golden iterates on ranks, in the bits of the virtual world") {
  const Mixing w = testing::ring(golden::nodes);
  const auto objective = golden::objective();
  const StepsBy steps{[](NodeId, std::uint64_t) { return Seconds{100us}; }};
  const ClusterSetup setup{.mixing = w, .step_times = steps, .objective = &objective, .zeros = true};
  for (const golden::Iterates& row : golden::iterates()) {
    CAPTURE(row.name);
    CAPTURE(row.rounds);
    const Limits limits{.node_steps = row.rounds};
    const Outcome seen = on_ranks(setup, row.program, limits, {.wire = RankWorld::Wire::real});
    if (seen.models.empty()) continue;
    check_models(seen, row.models);
    CHECK(seen.same_models(simulated(setup, row.program, limits)));
  }
}

TEST_CASE("Every variant of SwarmSGD gives the golden models on ranks") {
  // Blocking and symmetric nodes meet in the given order whatever happens. The initiators of V-NB1 are in order as long
  // as nothing is late by a unit of time.
  constexpr Seconds unit = 50ms;
  const Mixing w = testing::complete(golden::nodes);
  const auto objective = golden::objective();
  for (const golden::SwarmModels& row : golden::swarm_sgd()) {
    const auto variant = row.variant;
    CAPTURE(static_cast<int>(variant));
    const StepsBy steps{[&time = row.step_time, unit](NodeId i, std::uint64_t k) { return time(i, k) * unit; }};
    const ClusterSetup setup{
        .mixing = w, .step_times = steps, .objective = &objective, .zeros = true, .meetings = golden::interactions};
    const SwarmSgd settings{.step_size = golden::step_size, .local_steps = golden::local_steps, .variant = variant};
    const Outcome seen =
        on_ranks(setup, [settings](Node& node) { return swarm_sgd(node, settings); }, {.virtual_time = 20 * unit});
    check_models(seen, row.models);
  }
}

}  // namespace
}  // namespace gossamer
