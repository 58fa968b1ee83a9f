#include <algorithm>
#include <string>

#include <doctest/doctest.h>

#include "algorithms/registry.hpp"
#include "sim/compute/laws.hpp"
#include "sim/engine/simulation.hpp"
#include "sim/network/models/alpha_beta.hpp"
#include "sim/numerics/executor.hpp"
#include "tests/graphs.hpp"

namespace gossamer::memory_test {
namespace {

using namespace std::chrono_literals;

class Pull final : public Objective<float> {
 public:
  static constexpr Index length = 2000;
  Index dimension() const override { return length; }
  void gradient(NodeId node, std::uint64_t, const float* x, float* g, Workspace&) const override {
    for (Index k = 0; k < length; ++k) g[k] = x[k] - static_cast<float>(node);
  }
  double loss(NodeId, const float*, Workspace&) const override { return 1; }
};

constexpr NodeId n = 5000;

/// The most memory that models take in a run, in vectors per node.
double most_vectors(const AlgorithmEntry& algorithm, const Mixing& w) {
  const Pull objective;
  const auto law = step_times(ExponentialStep{.mean = 10ms}, 1);
  Executor<float> plane{
      {.objective = objective, .initial_params = [](NodeId, float* x) { std::fill_n(x, Pull::length, 0.0F); }}};
  AlphaBetaNetwork network{{.latency = 100us, .bandwidth = 1.25e9}};
  Simulation simulation{
      {.mixing = w, .step_times = *law, .network = network, .plane = &plane, .payload = 4 * Pull::length}};
  simulation.run(algorithm.make(defaults(algorithm.settings)), {.node_steps = 8});
  plane.flush();
  return static_cast<double>(plane.peak_bytes()) / (4.0 * Pull::length * n);
}

TEST_CASE("Thousands of nodes need at most 2.5 times the vectors that an algorithm keeps") {
  // Two are needed if neighbors still read one while its successor is made; half of one is for messages in flight and
  // for windows. Gradients and intermediate models live in scratch memory.
  constexpr int degree = 4;
  const Mixing w = testing::equal_weights(n, [](NodeId i) {
    return std::vector<NodeId>{i, (i + 1) % n, (i + n - 1) % n, (i + 137) % n, (i + n - 137) % n};
  });
  for (const auto& algorithm : algorithms()) {
    CAPTURE(algorithm.name);
    if (algorithm.always_needs(Need::What::tree) || algorithm.servers > 0) continue;  // this graph is no tree, no star
    if (algorithm.needs_hessians || algorithm.needs_optimum) continue;                // this objective has none
    const double vectors = most_vectors(algorithm, w);
    CAPTURE(vectors);
    CHECK(vectors <= 2.5 * (algorithm.vectors + degree * algorithm.vectors_per_neighbor));
  }
}

TEST_CASE("On a tree, whose degrees sum to 2 (n − 1), an algorithm keeps its declared vectors for each neighbor") {
  // Relayed sums all differ, so that no two nodes share a vector: memory is at least that of the kept vectors, and at
  // most 2.5 times that.
  const Mixing w = testing::line(n);
  for (const auto& algorithm : algorithms()) {
    if (!algorithm.always_needs(Need::What::tree)) continue;
    CAPTURE(algorithm.name);
    const double kept = algorithm.vectors + algorithm.vectors_per_neighbor * 2.0 * (n - 1) / n;
    const double vectors = most_vectors(algorithm, w);
    CAPTURE(vectors);
    CHECK(vectors >= kept);
    CHECK(vectors <= 2.5 * kept);
  }
}

}  // namespace
}  // namespace gossamer::memory_test
