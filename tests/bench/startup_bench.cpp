#include <omp.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>
#include <unistd.h>

#include "experiments/configuration/experiment.hpp"
#include "experiments/run/run_in_virtual_time.hpp"
#include "experiments/trace/trace.hpp"
#include "sim/ground/random.hpp"
#include "sim/learning/data/synthetic_classification.hpp"
#include "sim/learning/models/sample_table.hpp"
#include "tests/bench/roofs.hpp"
#include "tests/bench/workloads.hpp"

/// All that a short run does besides its steps: data, the table of float32, constants, and the whole run of one step.
/// All threads.
namespace gossamer {
namespace {

using namespace bench;

constexpr Index many_samples = 60'000;

Dataset drawn(Index count) {
  return synthetic_classification({.samples = count, .features = features, .classes = classes}, 1);
}

/// The random words of as many values and one write of every value, without the law of the values.
double roof_of_draws(Index count) {
  Samples samples;
  samples.dense.resize(features, count);
  return best_rate(static_cast<double>(features * count), [&] {
#pragma omp parallel for schedule(static)
    for (Index k = 0; k < count; ++k) {
      std::vector<std::uint32_t> words(2 * features);
      Draws draws{1, Purpose::data, 3, static_cast<std::uint64_t>(k)};
      draws.fill(words);
      for (Index j = 0; j < features; ++j)
        samples.dense(j, k) = words[static_cast<std::size_t>(2 * j)] + words[static_cast<std::size_t>(2 * j + 1)];
    }
    benchmark::DoNotOptimize(samples.dense.data());
  });
}

void draw_samples(benchmark::State& state) {
  constexpr Index count = 10'000;
  for (auto _ : state) benchmark::DoNotOptimize(drawn(count).train.dense.data());
  report(state, "values", static_cast<double>(state.iterations() * features * count), roof_of_draws(count));
}
BENCHMARK(draw_samples)->Unit(benchmark::kMillisecond)->UseRealTime();

/// One read and one write of every value, in memory that is already there.
double roof_of_conversion(const Samples& samples) {
  Eigen::MatrixXf table = Eigen::MatrixXf::Zero(samples.dense.rows(), samples.dense.cols());
  return best_rate(static_cast<double>(samples.dense.size()), [&] {
#pragma omp parallel for schedule(static)
    for (Index k = 0; k < table.cols(); ++k) table.col(k) = samples.dense.col(k).cast<float>();
    benchmark::DoNotOptimize(table.data());
  });
}

void table_in_float32(benchmark::State& state) {
  const Samples samples = drawn(many_samples).train;
  for (auto _ : state) benchmark::DoNotOptimize(SampleTable<float>{samples}.row(0));
  report(state, "values", static_cast<double>(state.iterations() * samples.dense.size()), roof_of_conversion(samples));
}
BENCHMARK(table_in_float32)->Unit(benchmark::kMillisecond)->UseRealTime();

/// The products ÃᵀÃ of equal shards alone, in multiplications and additions per second.
double roof_of_shards(Index nodes, Index shard) {
  const double flops = static_cast<double>(2 * nodes * features) * static_cast<double>(shard * shard);
  return best_rate(flops, [&] {
#pragma omp parallel
    {
      const Eigen::MatrixXd samples = Eigen::MatrixXd::Ones(features, shard);
      Eigen::MatrixXd gram(shard, shard);
#pragma omp for schedule(static)
      for (Index i = 0; i < nodes; ++i) {
        gram.noalias() = samples.transpose() * samples;
        benchmark::DoNotOptimize(gram.data());
      }
    }
  });
}

void smoothness_of_many_nodes(benchmark::State& state) {
  constexpr NodeId nodes = 1000;
  constexpr Index shard = many_samples / nodes;
  const auto samples = std::make_shared<const Dataset>(drawn(many_samples));
  Partition shares;
  shares.samples.resize(nodes);
  for (Index k = 0; k < many_samples; ++k) shares.samples[static_cast<std::size_t>(k % nodes)].push_back(k);
  const auto held = std::make_shared<const Partition>(std::move(shares));
  for (auto _ : state) {
    state.PauseTiming();
    const EmpiricalRisk<double> problem{samples, held, softmax_regression<double>(*samples, {}), {}, 1};
    state.ResumeTiming();
    benchmark::DoNotOptimize(problem.smoothness());
  }
  const double flops = static_cast<double>(2 * nodes * features) * static_cast<double>(shard * shard);
  report(state, "flops", static_cast<double>(state.iterations()) * flops, roof_of_shards(nodes, shard));
}
BENCHMARK(smoothness_of_many_nodes)->Unit(benchmark::kMillisecond)->UseRealTime();

const char* const softmax_on_a_thousand_nodes = R"({
  "topology": {"kind": "random_regular", "nodes": 1000, "degree": 4},
  "model": {"kind": "softmax_regression", "batch_size": 32,
            "data": {"kind": "synthetic_classification", "samples": 60000, "features": 784, "classes": 10}},
  "algorithm": {"kind": "d_psgd"}, "stop": {"node_steps": 1}
})";

/// The quickstart, which ends after one step.
const char* const quickstart = R"({
  "topology": {"kind": "torus", "rows": 8, "columns": 8},
  "model": {"kind": "softmax_regression", "l2": 1e-4, "batch_size": 32,
            "data": {"kind": "synthetic_classification", "samples": 12800, "test_samples": 2000, "features": 64,
                     "classes": 10, "separation": 3},
            "partition": {"kind": "dirichlet", "alpha": 0.3}},
  "algorithm": {"kind": "swarm_sgd", "local_steps": 1}, "stop": {"node_steps": 1}
})";

/// A run from its text to the end of its trace; `most` is the number of seconds that it may take on two cores.
void one_step(benchmark::State& state, const char* configuration, double most) {
  const auto path = std::filesystem::temp_directory_path() / ("startup_bench_" + std::to_string(getpid()) + ".jsonl");
  for (auto _ : state) {
    Experiment experiment = parse_experiment(configuration, "startup.json");
    TraceWriter trace{path};
    run_in_virtual_time(experiment, trace, {.threads = omp_get_max_threads()});
  }
  std::filesystem::remove(path);
  state.counters["time_over_limit"] = {static_cast<double>(state.iterations()) * most,
                                       benchmark::Counter::kIsRate | benchmark::Counter::kInvert};
}
BENCHMARK_CAPTURE(one_step, softmax_on_a_thousand_nodes, softmax_on_a_thousand_nodes, 0.5)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(one_step, quickstart, quickstart, 0.05)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace gossamer
