#include <memory>

#include <benchmark/benchmark.h>

#include "algorithms/d_psgd.hpp"
#include "algorithms/swarm_sgd.hpp"
#include "sim/engine/simulation.hpp"
#include "sim/network/max_min.hpp"
#include "tests/bench/contention.hpp"

/// Virtual clusters whose messages share links: see tests/bench/contention.hpp. One thread.
namespace gossamer {
namespace {

/// Interactions a second of a program among n nodes on a platform, up to a limit; checks that at least `least` took
/// place, at the times that the model says.
void measure(benchmark::State& state, const bench::Contention& workload, const Program& program, const Limits& limits) {
  double interactions = 0;
  for (auto _ : state) {
    state.PauseTiming();
    MaxMinNetwork network{{.connections = Connections::per_message}, workload.platform, workload.platform.hosts};
    auto simulation = std::make_unique<Simulation>(Simulation::Setup{.mixing = workload.topology.mixing,
                                                                     .step_times = *workload.steps,
                                                                     .network = network,
                                                                     .payload = workload.payload});
    state.ResumeTiming();
    simulation->run(program, limits);
    state.PauseTiming();
    const auto sent = static_cast<double>(simulation->snapshot().total.sent_messages);
    interactions += sent / 2;
    if (sent < workload.least_messages) state.SkipWithError("too few messages");
    state.counters["virtual_time_s"] = simulation->now().count();
    simulation.reset();
    state.ResumeTiming();
  }
  state.counters["interactions"] = {interactions, benchmark::Counter::kIsRate};
}

void synchronous_round(benchmark::State& state) {
  const auto workload = bench::shared_cards(static_cast<NodeId>(state.range(0)));
  measure(state, workload, [](Node& node) { return d_psgd(node, {}); }, {.node_steps = bench::rounds});
}
BENCHMARK(synchronous_round)->ArgName("n")->Arg(1'000)->Arg(10'000)->Arg(25'000)->Unit(benchmark::kMillisecond);

void saturated_backbone(benchmark::State& state) {
  const auto workload = bench::saturated_backbone(static_cast<NodeId>(state.range(0)));
  measure(state, workload, [](Node& node) { return swarm_sgd(node, {.local_steps = 1}); },
          {.virtual_time = bench::gossip_time});
}
BENCHMARK(saturated_backbone)->ArgName("n")->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace gossamer
