#include <omp.h>

#include <benchmark/benchmark.h>

#include "algorithms/decentralized/d_psgd.hpp"
#include "algorithms/decentralized/swarm_sgd.hpp"
#include "sim/compute/laws.hpp"
#include "sim/engine/simulation.hpp"
#include "sim/network/models/alpha_beta.hpp"
#include "sim/numerics/executor.hpp"
#include "tests/bench/graphs.hpp"
#include "tests/bench/workloads.hpp"

/// Whole runs: 1000 nodes on a random 4-regular graph train on batches of 32 in float32, everything included but the
/// records. The roof is the rate of the step's matrix products alone, done by Eigen on all threads of the same process,
/// at the parameters of one node after the other, on a batch that is in the cache. `scaling` is all threads
/// over one, `roof_scaling` the same of the roof.
namespace gossamer {
namespace {

using namespace std::chrono_literals;
using namespace bench;

constexpr NodeId n = 1000;

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
  return n * rounds / elapsed;
}

/// Steps per second if a step were its products alone, on all threads: each at the parameters of the next of n nodes.
template <class Products>
double products_rate(int threads) {
  constexpr int rounds = 4;
  const Eigen::MatrixXf models = 0.01F * Eigen::MatrixXf::Random(Products::parameters, n);
  double best = 0;
  for (int repetition = 0; repetition < 5; ++repetition) {
    const double start = seconds_now();
#pragma omp parallel num_threads(threads)
    {
      Products products;
#pragma omp for schedule(static)
      for (int k = 0; k < rounds * n; ++k) products(models.col(k % n).data());
    }
    best = std::max(best, rounds * n / (seconds_now() - start));
  }
  return best;
}

template <class Products>
void training(benchmark::State& state, std::unique_ptr<Model<float>> (*model)(), const Program& program, int rounds) {
  const auto problem = problem_with(model(), n);
  const Topology topology = random_regular(n, 4);
  const int threads = omp_get_max_threads();
  double all = 0;
  double one = 0;
  double roof = 0;
  double roof_of_one = 0;
  for (auto _ : state) {
    roof = products_rate<Products>(threads);
    roof_of_one = products_rate<Products>(1);
    one = rate(problem, topology, program, 1, rounds);
    all = rate(problem, topology, program, threads, rounds);
  }
  state.counters["node_steps_per_s"] = all;
  state.counters["roofline"] = all / roof;
  state.counters["scaling"] = all / one;
  state.counters["roof_scaling"] = roof / roof_of_one;
}

Task swarm(Node& node) { return swarm_sgd(node, {.step_size = 0.01, .local_steps = 1}); }
Task neighbors(Node& node) { return d_psgd(node, {.step_size = 0.01}); }

void softmax_swarm(benchmark::State& state) { training<SoftmaxProducts>(state, softmax_model<float>, swarm, 40); }
void softmax_d_psgd(benchmark::State& state) { training<SoftmaxProducts>(state, softmax_model<float>, neighbors, 40); }
void mlp_swarm(benchmark::State& state) { training<MlpProducts>(state, mlp_model<float>, swarm, 10); }
void mlp_d_psgd(benchmark::State& state) { training<MlpProducts>(state, mlp_model<float>, neighbors, 10); }

void median_of_five(benchmark::internal::Benchmark* b) {
  b->Iterations(1)->Repetitions(5)->ReportAggregatesOnly()->Unit(benchmark::kMillisecond);
}
BENCHMARK(softmax_swarm)->Apply(median_of_five);
BENCHMARK(softmax_d_psgd)->Apply(median_of_five);
BENCHMARK(mlp_swarm)->Apply(median_of_five);
BENCHMARK(mlp_d_psgd)->Apply(median_of_five);

}  // namespace
}  // namespace gossamer
