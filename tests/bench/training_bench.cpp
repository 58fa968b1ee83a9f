#include <omp.h>
#include <unistd.h>
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "algorithms/decentralized/d_psgd.hpp"
#include "algorithms/decentralized/swarm_sgd.hpp"
#include "sim/compute/laws.hpp"
#include "sim/engine/simulation.hpp"
#include "sim/network/models/alpha_beta.hpp"
#include "sim/numerics/executor.hpp"
#include "tests/bench/graphs.hpp"
#include "tests/bench/products.hpp"
#include "tests/bench/workloads.hpp"

/// Whole runs: nodes on a random 4-regular graph train on batches of 32 in float32, everything included but the
/// records. The roof is the rate of an ideal program: a step takes the time of its matrix products with the best
/// kernel of ours, Eigen's and OpenBLAS's (if found), on data in the cache, and an averaging adds one read and one
/// write of a model at the bandwidth of memory. The roof is measured on all threads of the same process. Reading the
/// samples from memory is not part of it. `scaling` is all threads over one, `roof_scaling` the same of the roof.
///
///     roof/…    the roofs alone; tests/bench/compare_with_python reads them
///     train/…   1000 nodes
///     curve/…   other numbers of nodes, without a roof
namespace gossamer {
namespace {

using namespace std::chrono_literals;
using namespace bench;

/// A model and the steps that each of 1000 nodes makes.
struct Workload {
  std::string name;
  std::unique_ptr<Model<float>> (*model)();
  std::vector<Index> widths;
  int rounds;
};

/// An algorithm that averages after `local_steps` steps.
struct Method {
  std::string name;
  Program program;
  int local_steps;
};

/// Node-steps per second of a run of `rounds` steps per node, after a run of eight that touches all memory.
double rate(const Problem<float>& problem, const Topology& topology, const Program& program, int threads, int rounds) {
  Executor<float> plane{{.objective = problem,
                         .initial_params = [d = problem.dimension()](NodeId, float* x) { std::fill_n(x, d, 0.01F); },
                         .threads = threads}};
  const auto steps = step_times(ExponentialStep{10ms}, 1);
  double start = 0;
  double elapsed = 0;
  for (const int count : {8, rounds}) {
    AlphaBetaNetwork network{{.latency = 100us, .bandwidth = 1.25e9}};
    Simulation simulation{{.mixing = topology.mixing,
                           .step_times = *steps,
                           .network = network,
                           .plane = &plane,
                           .payload = 4 * problem.dimension()}};
    start = seconds_now();
    simulation.run(program, {.node_steps = static_cast<std::uint64_t>(count)});
    plane.flush();
    elapsed = seconds_now() - start;
  }
  return static_cast<double>(topology.mixing.size()) * rounds / elapsed;
}

double roof_of(const Workload& workload, const Method& method, int threads) {
  return honest_roof(workload.widths, workload.model()->dimension(), method.local_steps, threads);
}

void roof(benchmark::State& state, const Workload& workload, const Method& method) {
  for (auto _ : state) state.counters["roof"] = roof_of(workload, method, omp_get_max_threads());
}

void train(benchmark::State& state, const Workload& workload, const Method& method) {
  constexpr NodeId n = 1000;
  const auto problem = problem_with(workload.model(), n);
  const Topology topology = random_regular(n, 4);
  const int threads = omp_get_max_threads();
  for (auto _ : state) {
    const double ideal = roof_of(workload, method, threads);
    const double one = rate(problem, topology, method.program, 1, workload.rounds);
    const double all = rate(problem, topology, method.program, threads, workload.rounds);
    state.counters["node_steps_per_s"] = all;
    state.counters["roofline"] = all / ideal;
    state.counters["scaling"] = all / one;
    state.counters["roof_scaling"] = ideal / roof_of(workload, method, 1);
  }
}

/// True if the models, two versions of each and a margin, fit the memory that is free.
bool fits(Index parameters, NodeId nodes) {
  const double available = static_cast<double>(sysconf(_SC_AVPHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
  return 3.0 * sizeof(float) * static_cast<double>(parameters) * nodes < available;
}

void curve(benchmark::State& state, const Workload& workload, const Method& method) {
  const auto nodes = static_cast<NodeId>(state.range(0));
  if (!fits(workload.model()->dimension(), nodes)) {
    state.SkipWithError("too little memory");
    return;
  }
  const auto problem = problem_with(workload.model(), nodes);
  const Topology topology = random_regular(nodes, 4);
  const int rounds = std::max(8, workload.rounds * 1000 / nodes);
  for (auto _ : state) {
    const double one = rate(problem, topology, method.program, 1, rounds);
    const double all = rate(problem, topology, method.program, omp_get_max_threads(), rounds);
    state.counters["node_steps_per_s"] = all;
    state.counters["scaling"] = all / one;
  }
}

void register_all() {
  const std::vector<Workload> workloads{{"softmax", softmax_model<float>, {features, classes}, 40},
                                        {"mlp", mlp_model<float>, {features, hidden, classes}, 24}};
  const std::vector<Method> methods{
      {"d_psgd", [](Node& node) { return d_psgd(node, {.step_size = 0.01}); }, 1},
      {"local_steps", [](Node& node) { return d_psgd(node, {.step_size = 0.01, .local = {.steps = 8}}); }, 8},
      {"pairs", [](Node& node) { return swarm_sgd(node, {.step_size = 0.01, .local_steps = 1}); }, 1}};
  for (const Workload& workload : workloads) {
    for (const Method& method : methods) {
      const std::string cell = workload.name + "/" + method.name;
      const auto run = [&](const std::string& group, auto body) {
        return benchmark::RegisterBenchmark((group + "/" + cell).c_str(),
                                            [=](benchmark::State& state) { body(state, workload, method); })
            ->Iterations(1)
            ->Unit(benchmark::kMillisecond);
      };
      run("roof", roof);
      run("train", train)->Repetitions(5)->ReportAggregatesOnly();
      auto* const sizes = run("curve", curve);
      for (const std::int64_t nodes : {8, 32, 128, 1000, 10'000, 100'000}) sizes->Arg(nodes);
    }
  }
}

}  // namespace
}  // namespace gossamer

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  gossamer::register_all();
  benchmark::RunSpecifiedBenchmarks();
}
