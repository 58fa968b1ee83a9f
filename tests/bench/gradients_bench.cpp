#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>

#include <benchmark/benchmark.h>
#include <Eigen/Core>

#include "tests/bench/workloads.hpp"

/// Gradients of both workloads, float32, batches of 32, one thread, against the roof: time over the time of the
/// products.
namespace gossamer {
namespace {

using namespace bench;

constexpr NodeId nodes = 100;

/// The shortest of many times of a hundred calls, so that other programs on the machine count for little.
template <class F>
double shortest_time(F&& f) {
  constexpr int repetitions = 60, calls = 100;
  double best = std::numeric_limits<double>::infinity();
  for (int r = 0; r < repetitions; ++r) {
    const double start = seconds_now();
    for (int k = 0; k < calls; ++k) f();
    best = std::min(best, (seconds_now() - start) / calls);
  }
  return best;
}

/// Whether the float32 gradient is that of float64 up to rounding.
bool gradient_is_right(const Problem<float>& problem, const Problem<double>& exact, const Eigen::VectorXf& x) {
  Workspace workspace;
  Eigen::VectorXf g(x.size());
  problem.gradient(3, 5, x.data(), g.data(), workspace);
  Eigen::VectorXd expected(x.size());
  const Eigen::VectorXd at = x.cast<double>();
  exact.gradient(3, 5, at.data(), expected.data(), workspace);
  return (g.cast<double>() - expected).cwiseAbs().maxCoeff() < 1e-4 * expected.cwiseAbs().maxCoeff();
}

template <class Products>
void gradient(benchmark::State& state, std::unique_ptr<Model<float>> (*model)(),
              std::unique_ptr<Model<double>> (*exact_model)()) {
  const auto problem = problem_with(model(), nodes);
  const Eigen::VectorXf x = 0.05F * Eigen::VectorXf::Random(problem.dimension());
  if (!gradient_is_right(problem, problem_with(exact_model(), nodes), x)) {
    state.SkipWithError("the gradient in float32 is not that in float64");
    return;
  }
  Eigen::VectorXf g(x.size());
  Workspace workspace;
  std::uint64_t step = 0;
  const auto node_step = [&] {
    workspace.clear();
    problem.gradient(static_cast<NodeId>(step % nodes), step, x.data(), g.data(), workspace);
    ++step;
    benchmark::DoNotOptimize(g.data());
  };
  for (auto _ : state) node_step();
  Products products;
  const double roof = shortest_time([&] { products(x.data()); }), own = shortest_time(node_step);
  state.SetItemsProcessed(state.iterations());
  state.counters["best_us"] = 1e6 * own;
  state.counters["roof_us"] = 1e6 * roof;
  state.counters["time_over_roof"] = own / roof;
}

void softmax_784_10(benchmark::State& state) {
  gradient<SoftmaxProducts>(state, softmax_model<float>, softmax_model<double>);
}
BENCHMARK(softmax_784_10)->Unit(benchmark::kMicrosecond);

void mlp_784_64_10(benchmark::State& state) { gradient<MlpProducts>(state, mlp_model<float>, mlp_model<double>); }
BENCHMARK(mlp_784_64_10)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace gossamer
