#include <malloc.h>

#include <benchmark/benchmark.h>

#include "algorithms/decentralized/swarm_sgd.hpp"
#include "sim/compute/laws.hpp"
#include "sim/engine/simulation.hpp"
#include "sim/network/models/alpha_beta.hpp"
#include "tests/bench/graphs.hpp"
#include "tests/bench/roofs.hpp"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

/// Gossip without numerics: each interaction computes and sends two messages, three events. One thread.
/// The roof is the rate of events that only resume a coroutine: no messages, no mailboxes, no counters, no draws.
void gossip(benchmark::State& state) {
  const auto n = static_cast<NodeId>(state.range(0));
  const std::size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
  const Topology topology = bench::random_regular(n, 4);
  const auto steps = step_times(ExponentialStep{10ms}, 1);
  std::uint64_t events = 0;
  double bytes_per_node = 0;
  const auto program = [](Node& node) { return swarm_sgd(node, {.local_steps = 1}); };
  const auto rounds = static_cast<double>(state.range(1));
  for (auto _ : state) {
    state.PauseTiming();  // building a cluster and tearing it down are no events
    AlphaBetaNetwork network{{.latency = 1ms, .bandwidth = 1.25e8}};
    auto simulation = std::make_unique<Simulation>(
        Simulation::Setup{.mixing = topology.mixing, .step_times = *steps, .network = network, .payload = 100'000});
    state.ResumeTiming();
    events += simulation->run(program, {.virtual_time = rounds * 10ms}).events;
    state.PauseTiming();
    std::uint64_t made = 0;
    for (NodeId i = 0; i < n; ++i) made += simulation->counters(i).node_steps;
    if (static_cast<double>(made) < 0.5 * rounds * n) state.SkipWithError("nodes made too few steps");
    bytes_per_node = static_cast<double>(mallinfo2().uordblks + mallinfo2().hblkhd - before) / n;
    simulation.reset();
    state.ResumeTiming();
  }
  bench::report(state, "events", static_cast<double>(events), bench::resumptions(n));
  state.counters["bytes_per_node"] = bytes_per_node;
}
BENCHMARK(gossip)
    ->ArgNames({"n", "rounds"})
    ->Args({1'000, 1'000})
    ->Args({1'000'000, 10})
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace gossamer
