#include <doctest/doctest.h>

#include <Eigen/Core>

#include "algorithms/registry.hpp"
#include "tests/graphs.hpp"
#include "tests/sim/mpi/cluster.hpp"

// What every entry of the registry promises on real ranks, whoever wrote it.
namespace gossamer {
namespace {

using namespace std::chrono_literals;
using testing::ClusterSetup;
using testing::on_ranks;
using testing::Outcome;
using testing::simulated;

constexpr NodeId n = 12;
constexpr Index d = 57;
constexpr std::uint64_t node_steps = 24;  // a multiple of every default period

std::unique_ptr<StepTimes> uneven_steps() {
  return step_times(SlowNodes{.step = 500us, .fraction = 0.25, .slowdown = 3, .law = SlowNodes::Law::exponential}, n,
                    1);
}

Program default_program(const Entry<Program()>& algorithm) { return algorithm.make(defaults(algorithm.settings)); }

TEST_CASE("Every algorithm makes the steps that it is asked for") {
  const Mixing w = testing::ring(n);
  const auto law = uneven_steps();
  const testing::Rough objective{d};
  for (const auto& algorithm : algorithms()) {
    CAPTURE(algorithm.name);
    const Outcome after = on_ranks({.mixing = w, .step_times = *law, .objective = &objective},
                                   default_program(algorithm), {.node_steps = node_steps});
    for (const NodeCounters& counters : after.counters) CHECK(counters.node_steps == node_steps);
  }
}

}  // namespace
}  // namespace gossamer
