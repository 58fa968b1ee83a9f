#include <vector>

#include <doctest/doctest.h>

#include "sim/compute/device_trace.hpp"
#include "sim/compute/laws.hpp"
#include "sim/engine/simulation.hpp"
#include "sim/network/models/alpha_beta.hpp"
#include "tests/graphs.hpp"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

TEST_CASE("A node that is away in virtual time computes on when it is back") {
  // Steps of 3 s on a device that is away from 10 s to 50 s: three until 9 s; of the fourth 1 s is done at 10 s and the
  // rest at 52 s, the fifth at 55 s.
  const Mixing w = testing::complete(2);
  const DeviceTrace device{.device = "a", .states = {{}, {.from = 10s, .available = false}, {.from = 50s}}};
  const auto law = with_devices(Devices::Assignment::in_order, {device}, step_times(ConstantStep{.step = 3s}), 2, 1);
  AlphaBetaNetwork network{{.latency = 0s, .bandwidth = 1.0}};
  Simulation simulation{{.mixing = w, .step_times = *law, .network = network}};
  std::vector<double> ends;
  const auto program = [&](Node& node) -> Task {
    while (node.running()) {
      co_await node.gradient({});
      if (node.id() == 1) ends.push_back(simulation.now().count());
    }
  };
  simulation.run(program, {.node_steps = 5});
  CHECK(ends == std::vector<double>{3, 6, 9, 52, 55});
}

}  // namespace
}  // namespace gossamer
