#include <chrono>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "sim/numerics/random.hpp"
#include "tests/bench/contention.hpp"
#include "tests/sim/network/simgrid/fluid_cluster.hpp"

/// The workloads of tests/bench/contention.hpp in SimGrid, for a comparison: see tests/bench/compare_with_simgrid.
namespace gossamer {
namespace {

namespace sg = simgrid::s4u;
using testing::FluidCluster;

double wall_time() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void connect_neighbors(FluidCluster& cluster, const Mixing& mixing) {
  for (NodeId i = 0; i < mixing.size(); ++i)
    for (const NodeId j : mixing.receivers(i)) cluster.connect(i, j);
  cluster.seal();
}

/// What a run leaves: the wall time of the simulation alone, its virtual time, its messages.
enum Result { wall, virtual_time, messages, results };

/// One mailbox for each pair; a message starts when it is sent, whether or not it is waited for.
sg::Mailbox* mailbox(NodeId from, NodeId to) {
  return sg::Mailbox::by_name(std::to_string(from) + ">" + std::to_string(to));
}

void take_rounds(const bench::Contention& workload, const FluidCluster&, NodeId i, double& sent) {
  static char content = 0;
  const auto neighbors = workload.topology.mixing.neighbors(i);
  const auto bytes = static_cast<std::uint64_t>(workload.payload);
  for (const NodeId j : neighbors) mailbox(j, i)->set_receiver(sg::Actor::self());
  sg::this_actor::yield();
  for (std::uint64_t k = 0; k < bench::rounds; ++k) {
    for (const NodeId j : workload.topology.mixing.receivers(i)) {
      mailbox(i, j)->put_init(&content, bytes)->detach();
      ++sent;
    }
    sg::this_actor::sleep_for(workload.steps->duration(i, k, Seconds{sg::Engine::get_clock()}).count());
    for (const NodeId j : neighbors) mailbox(j, i)->get<char>();
  }
}

void gossip(const bench::Contention& workload, const FluidCluster& cluster, NodeId i, double& sent) {
  const auto neighbors = workload.topology.mixing.neighbors(i);
  const auto bytes = static_cast<std::uint64_t>(workload.payload);
  for (std::uint64_t k = 0;; ++k) {
    sg::this_actor::sleep_for(workload.steps->duration(i, k, Seconds{sg::Engine::get_clock()}).count());
    Draws draws{1, Purpose::neighbor, i, k};
    sg::Host* const partner = cluster.host(neighbors[static_cast<std::size_t>(draws.below(neighbors.size()))]);
    sg::Comm::sendto(cluster.host(i), partner, bytes);
    sg::Comm::sendto(partner, cluster.host(i), bytes);
    sent += 2;
  }
}

template <class Program>
void measure(benchmark::State& state, const bench::Contention& workload, Program program, double until) {
  double interactions = 0;
  for (auto _ : state) {
    const auto result = testing::in_own_process(results, [&](std::vector<double>& measured) {
      sg::Engine engine = testing::fluid_engine();
      FluidCluster cluster{workload.platform};
      connect_neighbors(cluster, workload.topology.mixing);
      double sent = 0;
      for (NodeId i = 0; i < workload.platform.hosts; ++i)
        sg::Actor::create("node", cluster.host(i), [&, i] { program(workload, cluster, i, sent); });
      const double begin = wall_time();
      until > 0 ? engine.run_until(until) : engine.run();
      measured[wall] = wall_time() - begin;
      measured[virtual_time] = sg::Engine::get_clock();
      measured[messages] = sent;
      std::fflush(nullptr);
    });
    state.SetIterationTime(result[wall]);
    if (result[messages] < workload.least_messages) state.SkipWithError("too few messages");
    interactions += result[messages] / 2;
    state.counters["virtual_time_s"] = result[virtual_time];
  }
  state.counters["interactions"] = {interactions, benchmark::Counter::kIsRate};
}

void synchronous_round(benchmark::State& state) {
  measure(state, bench::shared_cards(static_cast<NodeId>(state.range(0))), take_rounds, 0);
}
BENCHMARK(synchronous_round)->ArgName("n")->Arg(1'000)->UseManualTime()->Iterations(1)->Unit(benchmark::kMillisecond);

void saturated_backbone(benchmark::State& state) {
  measure(state, bench::saturated_backbone(static_cast<NodeId>(state.range(0))), gossip, bench::gossip_time.count());
}
BENCHMARK(saturated_backbone)->ArgName("n")->Arg(1'000)->UseManualTime()->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace gossamer
