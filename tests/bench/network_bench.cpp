#include <malloc.h>

#include <fstream>
#include <memory>
#include <string>

#include <benchmark/benchmark.h>

#include "algorithms/decentralized/d_psgd.hpp"
#include "algorithms/decentralized/swarm_sgd.hpp"
#include "sim/engine/simulation.hpp"
#include "sim/network/models/alpha_beta.hpp"
#include "sim/network/models/max_min.hpp"
#include "sim/network/models/nic.hpp"
#include "tests/bench/contention.hpp"
#include "tests/bench/recorded_flows.hpp"
#include "tests/bench/roofs.hpp"

/// Virtual clusters that exchange messages: see tests/bench/contention.hpp. One thread.
/// The roof of max_min is the computation of the fair rates of the same flows alone, without events, clocks and programs.
/// The roof of networks without shared links is the rate of events that only resume a coroutine.
namespace gossamer {
namespace {

/// Interactions a second of a program among n nodes on the network that `make` makes, up to a limit; checks that enough
/// took place, at the times of the model. `roof` gives the highest rate from the number of events of an interaction.
template <class Make, class Roof>
void measure(benchmark::State& state, const bench::Contention& workload, const Make& make, const Program& program,
             const Limits& limits, const Roof& roof) {
  double interactions = 0;
  double events = 0;
  for (auto _ : state) {
    state.PauseTiming();
    auto network = make();
    auto simulation = std::make_unique<Simulation>(Simulation::Setup{.mixing = workload.topology.mixing,
                                                                     .step_times = *workload.steps,
                                                                     .network = network,
                                                                     .payload = workload.payload});
    state.ResumeTiming();
    events += static_cast<double>(simulation->run(program, limits).events);
    state.PauseTiming();
    const auto sent = static_cast<double>(simulation->snapshot().total.sent_messages);
    interactions += sent / 2;
    if (sent < workload.least_messages) state.SkipWithError("too few messages");
    state.counters["virtual_time_s"] = simulation->now().count();
    simulation.reset();
    state.ResumeTiming();
  }
  bench::report(state, "interactions", interactions, roof(events / interactions));
}

MaxMinNetwork max_min(const bench::Contention& workload) {
  return {{.connections = Connections::per_message}, workload.platform, workload.platform.hosts};
}

/// Interactions a second if fair rates were all that takes time: two messages each.
double allocated_interactions(const bench::Contention& workload, const Program& program, const Limits& limits) {
  MaxMinNetwork network = max_min(workload);
  bench::RecordedFlows flows{workload.platform};
  Simulation simulation{{.mixing = workload.topology.mixing,
                         .step_times = *workload.steps,
                         .network = network,
                         .payload = workload.payload,
                         .timeline = &flows}};
  simulation.run(program, limits);
  return flows.allocations() / 2;
}

void measure_max_min(benchmark::State& state, const bench::Contention& workload, const Program& program,
                     const Limits& limits) {
  measure(
      state, workload, [&] { return max_min(workload); }, program, limits,
      [&](double) { return allocated_interactions(workload, program, limits); });
}

void synchronous_round(benchmark::State& state) {
  measure_max_min(state, bench::shared_cards(static_cast<NodeId>(state.range(0))),
                  [](Node& node) { return d_psgd(node, {}); }, {.node_steps = bench::rounds});
}
BENCHMARK(synchronous_round)->ArgName("n")->Arg(1'000)->Arg(10'000)->Arg(25'000)->Unit(benchmark::kMillisecond);

void saturated_backbone(benchmark::State& state) {
  measure_max_min(state, bench::saturated_backbone(static_cast<NodeId>(state.range(0))),
                  [](Node& node) { return swarm_sgd(node, {.local_steps = 1}); }, {.virtual_time = bench::gossip_time});
}
BENCHMARK(saturated_backbone)->ArgName("n")->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMillisecond);

/// The largest amount of memory of this process since the last reset of the peak.
double peak_mebibytes() {
  std::ifstream status{"/proc/self/status"};
  for (std::string word; status >> word;)
    if (double kibibytes = 0; word == "VmHWM:" && status >> kibibytes) return kibibytes / 1024;
  return 0;
}
void forget_peak() {
  malloc_trim(0);
  std::ofstream{"/proc/self/clear_refs"} << "5";
}

/// Two computations, then a message each way with a random neighbor, that never stops for it.
Task exchange_with_neighbors(Node& node) {
  node.on_exchange([](const Params& theirs) { return theirs; });
  while (node.running()) {
    co_await node.gradient({});
    co_await node.gradient({});
    co_await node.exchange(node.random_neighbor(), Params{});
  }
  co_await node.all_done();
}

/// Pair gossip among nodes whose messages do not wait for each other, or only at their cards.
template <class Make>
void pair_gossip(benchmark::State& state, const Make& make) {
  forget_peak();
  const auto nodes = static_cast<NodeId>(state.range(0));
  const Seconds until = bench::pair_gossip_time(nodes);
  double peak = 0;
  measure(
      state, bench::pair_gossip(nodes, until), [&] { return make(nodes); }, exchange_with_neighbors,
      {.virtual_time = until},
      [&](double events) {
        peak = peak_mebibytes();
        return bench::resumptions(nodes) / events;
      });
  state.counters["peak_MiB"] = peak;
}

void pair_gossip_links(benchmark::State& state) {
  pair_gossip(state, [](NodeId) {
    return AlphaBetaNetwork{{.latency = bench::link_latency, .bandwidth = bench::link_bandwidth}};
  });
}
void pair_gossip_cards(benchmark::State& state) {
  pair_gossip(state, [](NodeId nodes) {
    return NicNetwork{{.latency = bench::link_latency, .bandwidth = bench::link_bandwidth}, nodes};
  });
}
BENCHMARK(pair_gossip_links)->ArgName("n")->RangeMultiplier(10)->Range(1'000, 1'000'000)->Unit(benchmark::kMillisecond);
BENCHMARK(pair_gossip_cards)->ArgName("n")->RangeMultiplier(10)->Range(1'000, 1'000'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace gossamer
