#include "tests/sim/network/simgrid/reference.hpp"

#include <vector>

#include <simgrid/Exception.hpp>
#include <simgrid/s4u.hpp>

#include "tests/sim/network/simgrid/fluid_cluster.hpp"

namespace gossamer::testing {
namespace {

namespace sg = simgrid::s4u;

void run_scenario(const Scenario& scenario, std::vector<double>& times) {
  sg::Engine engine = fluid_engine();
  FluidCluster cluster{scenario.platform};
  for (const auto& message : scenario.messages) cluster.connect(message.from, message.to);
  cluster.seal();
  for (std::size_t m = 0; m < scenario.messages.size(); ++m) {
    const auto& message = scenario.messages[m];
    sg::Actor::create("message", cluster.host(message.from), [&cluster, &message, &time = times[m]] {
      sg::this_actor::sleep_until(message.at.count());
      try {
        sg::Comm::sendto(cluster.host(message.from), cluster.host(message.to),
                         static_cast<std::uint64_t>(message.size));
        time = sg::Engine::get_clock();
      } catch (const simgrid::NetworkFailureException&) {
      }
    });
  }
  sg::Actor::create("changes", cluster.host(0), [&] {
    for (const auto& change : scenario.platform.changes) {
      sg::this_actor::sleep_until(change.at.count());
      if (change.bandwidth > 0)
        cluster.link(change.link)->set_bandwidth(change.bandwidth);
      else
        cluster.link(change.link)->turn_off();
    }
  });
  engine.run();
}

void run_ring(const Platform& platform, const std::vector<double>& starts, Bytes part, std::vector<double>& times) {
  sg::Engine engine = fluid_engine();
  FluidCluster cluster{platform};
  const NodeId n = platform.hosts;
  for (NodeId i = 0; i < n; ++i) cluster.connect(i, (i + 1) % n);
  cluster.seal();
  std::vector<sg::SemaphorePtr> arrived;
  for (NodeId i = 0; i < n; ++i) arrived.push_back(sg::Semaphore::create(0));
  const auto send = [&](NodeId from) {
    sg::Actor::create("part", cluster.host(from), [&, from] {
      const NodeId to = (from + 1) % n;
      sg::Comm::sendto(cluster.host(from), cluster.host(to), static_cast<std::uint64_t>(part));
      arrived[static_cast<std::size_t>(to)]->release();
    });
  };
  for (NodeId i = 0; i < n; ++i) {
    sg::Actor::create("node", cluster.host(i), [&, i] {
      const auto k = static_cast<std::size_t>(i);
      sg::this_actor::sleep_until(starts[k]);
      for (NodeId step = 0; step < 2 * (n - 1); ++step) {
        send(i);
        arrived[k]->acquire();
      }
      times[k] = sg::Engine::get_clock();
    });
  }
  engine.run();
}

}  // namespace

std::vector<double> simgrid_arrivals(const Scenario& scenario) {
  return in_own_process(scenario.messages.size(), [&](std::vector<double>& times) { run_scenario(scenario, times); });
}

std::vector<double> simgrid_ring(const Platform& platform, const std::vector<double>& starts, Bytes part) {
  return in_own_process(starts.size(), [&](std::vector<double>& times) { run_ring(platform, starts, part, times); });
}

}  // namespace gossamer::testing
