#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <utility>

#include <omp.h>

#include <benchmark/benchmark.h>

#include "algorithms/decentralized/swarm_sgd.hpp"
#include "sim/compute/laws.hpp"
#include "sim/engine/simulation.hpp"
#include "sim/learning/data/synthetic_classification.hpp"
#include "sim/learning/models/empirical_risk.hpp"
#include "sim/learning/models/logistic_regression.hpp"
#include "sim/network/models/alpha_beta.hpp"
#include "sim/numerics/executor.hpp"
#include "tests/bench/graphs.hpp"

/// A million nodes learn: logistic regression of the size of a9a, that is 123 features of which 14 are not zero, and a
/// constant term. Each node has one sample. The counter `gigabytes` is the largest resident size of the process, with
/// graph and data; the benchmark fails above 2.5.
namespace gossamer {
namespace {

using namespace std::chrono_literals;

constexpr double most_gigabytes = 2.5;

EmpiricalRisk<float> problem(NodeId nodes) {
  const auto data = std::make_shared<const Dataset>(
      synthetic_classification({.samples = nodes, .features = 123, .separation = 6, .density = 0.114}, 1));
  Partition partition;
  partition.samples.resize(static_cast<std::size_t>(nodes));
  for (NodeId k = 0; k < nodes; ++k) partition.samples[static_cast<std::size_t>(k)] = {k};
  return {data,
          std::make_shared<const Partition>(std::move(partition)),
          logistic_regression<float>(*data, {.l2 = 1e-4, .intercept = true}),
          {.batch_size = 1},
          1};
}

double largest_gigabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) * 1024 / 1e9;
}

void learning(benchmark::State& state) {
  const auto n = static_cast<NodeId>(state.range(0));
  const Topology topology = bench::random_regular(n, 4);
  const EmpiricalRisk<float> risk = problem(n);
  const auto steps = step_times(ExponentialStep{10ms}, 1);
  const auto program = [](Node& node) { return swarm_sgd(node, {.step_size = 0.1, .local_steps = 1}); };
  std::uint64_t events = 0;
  std::uint64_t made = 0;
  for (auto _ : state) {
    Executor<float> plane{{.objective = risk,
                           .initial_params = [d = risk.dimension()](NodeId, float* x) { std::fill_n(x, d, 0.0F); },
                           .threads = omp_get_max_threads()}};
    AlphaBetaNetwork network{{.latency = 1ms, .bandwidth = 1.25e8}};
    Simulation simulation{{.mixing = topology.mixing,
                           .step_times = *steps,
                           .network = network,
                           .plane = &plane,
                           .payload = 4 * risk.dimension()}};
    events += simulation.run(program, {.virtual_time = 30ms}).events;
    plane.flush();
    for (NodeId i = 0; i < n; ++i) made += simulation.counters(i).node_steps;
  }
  const double gigabytes = largest_gigabytes();
  if (gigabytes > most_gigabytes) state.SkipWithError("the process took more than 2.5 GB");
  if (made < static_cast<std::uint64_t>(n)) state.SkipWithError("nodes made too few steps");
  state.counters["events"] = {static_cast<double>(events), benchmark::Counter::kIsRate};
  state.counters["node_steps"] = {static_cast<double>(made), benchmark::Counter::kIsRate};
  state.counters["gigabytes"] = gigabytes;
}
BENCHMARK(learning)->ArgName("n")->Arg(1'000'000)->Iterations(1)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace gossamer
