#include <chrono>
#include <filesystem>
#include <ostream>
#include <stdexcept>
#include <string>

#include <benchmark/benchmark.h>

#include "experiments/catalogue.hpp"
#include "experiments/sweep/sweep.hpp"
#include "tests/temporary_folder.hpp"

/// A sweep of small runs: quickstart.json, three virtual seconds long, with 16 seeds. `runs_per_s` with one run at a time
/// and with two, one thread each, in turn. The counter `scaling` is their ratio, which has no roof but 2.
namespace gossamer {
namespace {

constexpr int seeds = 16;

/// Seconds of a sweep into a new folder.
double seconds_of_sweep(int jobs) {
  const TemporaryFolder folder;
  const SweepCommand command{.sweep = {.file = "experiments/examples/quickstart.json",
                                       .set = {"/stop/virtual_time=3 s"},
                                       .seeds = std::to_string(seeds)},
                             .folder = folder.path() / "runs",
                             .jobs = jobs,
                             .threads = jobs,
                             .quiet = true};
  std::ostream nowhere{nullptr};
  SweepCounts counts;
  const auto start = std::chrono::steady_clock::now();
  sweep(command, standard_catalogue(), nowhere, nowhere, counts);
  const std::chrono::duration<double> duration = std::chrono::steady_clock::now() - start;
  if (counts.done != seeds) throw std::runtime_error{"runs are missing; start this in the repository's root"};
  return duration.count();
}

void quickstart(benchmark::State& state) {
  double one = 0, two = 0;
  for (auto _ : state) {
    one += seconds_of_sweep(1);
    two += seconds_of_sweep(2);
  }
  const auto runs = static_cast<double>(seeds * state.iterations());
  state.counters["runs_per_s_1"] = runs / one;
  state.counters["runs_per_s_2"] = runs / two;
  state.counters["scaling"] = one / two;
}
BENCHMARK(quickstart)->Name("sweep/quickstart")->Unit(benchmark::kMillisecond)->Iterations(3)->UseRealTime();

}  // namespace
}  // namespace gossamer
