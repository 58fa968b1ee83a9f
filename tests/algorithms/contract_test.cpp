#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "algorithms/registry.hpp"
#include "sim/compression/random_gossip.hpp"
#include "sim/compute/laws.hpp"
#include "sim/compute/stragglers.hpp"
#include "sim/engine/simulation.hpp"
#include "sim/ground/random.hpp"
#include "sim/network/models/nic.hpp"
#include "sim/numerics/executor.hpp"
#include "tests/algorithm_graphs.hpp"
#include "tests/compressed.hpp"
#include "tests/reference_plane.hpp"

// The promises of every entry of the registry.
namespace gossamer::contract_test {
namespace {

using namespace std::chrono_literals;

constexpr NodeId n = 12;
constexpr Index d = 57;

/// Something that no summation order hides: a non-linear gradient with noise, different on every node.
template <class Scalar>
class Rough final : public Objective<Scalar> {
 public:
  Index dimension() const override { return d; }
  void gradient(NodeId node, std::uint64_t step, const Scalar* x, Scalar* g, Workspace&) const override {
    Draws draws{1, Purpose::noise, node, step};
    for (Index k = 0; k < d; ++k) {
      const double pull = std::sin(static_cast<double>(x[k]) + node) + 0.3 * static_cast<double>(x[k]);
      g[k] = static_cast<Scalar>(pull + (GradientAddress::is_minibatch(step) ? 0.1 * standard_normal(draws) : 0));
    }
  }
  void newton_direction(NodeId, const Scalar*, const Scalar* g, Scalar* p, Workspace&) const override {
    for (Index k = 0; k < d; ++k) p[k] = g[k] / static_cast<Scalar>(1.3);
  }
  double loss(NodeId node, const Scalar* x, Workspace&) const override {
    double sum = 0;
    for (Index k = 0; k < d; ++k)
      sum += 0.15 * std::pow(static_cast<double>(x[k]), 2) - std::cos(static_cast<double>(x[k]) + node);
    return sum;
  }
};

/// No gradient at all.
class Flat final : public Objective<double> {
 public:
  Index dimension() const override { return d; }
  void gradient(NodeId, std::uint64_t, const double*, double* g, Workspace&) const override { std::fill_n(g, d, 0.0); }
  void newton_direction(NodeId, const double*, const double*, double* p, Workspace&) const override {
    std::fill_n(p, d, 0.0);
  }
  double loss(NodeId, const double*, Workspace&) const override { return 0; }
};

struct Outcome {
  std::vector<double> models;
  std::vector<double> counts;  ///< steps, bytes, staleness of each node, and the time of the end

  bool operator==(const Outcome& other) const { return same(models, other.models) && same(counts, other.counts); }
  static bool same(const std::vector<double>& a, const std::vector<double>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
  }
};

Outcome outcome(Simulation& simulation, DataPlane* plane) {
  Outcome result;
  for (NodeId i = 0; i < n; ++i) {
    const NodeCounters c = simulation.counters(i);
    for (const auto count : {c.node_steps, c.interactions, c.staleness_sum, c.received_messages})
      result.counts.push_back(static_cast<double>(count));
    result.counts.push_back(static_cast<double>(c.sent_bytes));
    if (!plane) continue;
    const auto x = plane->values(simulation.models()[static_cast<std::size_t>(i)]);
    result.models.insert(result.models.end(), x.begin(), x.end());
  }
  result.counts.push_back(simulation.now().count());
  return result;
}

template <class Scalar>
void start_at_random(NodeId node, Scalar* x) {
  Draws draws{1, Purpose::initial_params, node};
  for (Index k = 0; k < d; ++k) x[k] = static_cast<Scalar>(standard_normal(draws));
}

/// A run with every feature of the clock: random steps, stragglers' queues, a directed or an undirected graph.
Outcome run_on(DataPlane* plane, const AlgorithmEntry& algorithm, std::uint64_t node_steps = 20,
               const Values& values = {}) {
  const Mixing w = testing::graph_for(algorithm, n);
  const auto law = step_times(SlowNodes{.step = 10ms, .law = SlowNodes::Law::exponential}, n, 1);
  NicNetwork network{{.latency = 2ms, .bandwidth = 1e6}, n};
  Simulation simulation{{.mixing = w,
                         .step_times = *law,
                         .network = network,
                         .plane = plane,
                         .payload = 4 * d,
                         .seed = 1,
                         .servers = algorithm.servers,
                         .optimum = std::vector<double>(d)}};
  const Program program = algorithm.make(values.empty() ? defaults(algorithm.settings) : values);
  simulation.run(program, {.node_steps = node_steps});
  return outcome(simulation, plane);
}

template <class Scalar>
Outcome run(const AlgorithmEntry& algorithm, const Objective<Scalar>* objective, int threads, std::size_t window,
            std::uint64_t node_steps = 20, const Values& values = {}) {
  if (!objective) return run_on(nullptr, algorithm, node_steps, values);
  Executor<Scalar> plane{{.objective = *objective,
                          .initial_params = start_at_random<Scalar>,
                          .common_initial_params = false,
                          .threads = threads,
                          .window = window}};
  return run_on(&plane, algorithm, node_steps, values);
}

TEST_CASE_TEMPLATE(
    "Every algorithm gives the bits of a plane that plans nothing, at any number of threads and any window", Scalar,
    float, double) {
  const Rough<Scalar> objective;
  for (const auto& algorithm : algorithms()) {
    CAPTURE(algorithm.name);
    testing::ReferencePlane<Scalar> one_by_one{objective, start_at_random<Scalar>};
    const Outcome expected = run_on(&one_by_one, algorithm);
    const std::vector<std::pair<int, std::size_t>> ways{{1, 1}, {2, 7}, {3, 1000}, {8, 33}, {2, 1'000'000}};
    for (const auto& [threads, window] : ways) {
      const auto how = std::pair{threads, window};
      CAPTURE(how.first);
      CAPTURE(how.second);
      CHECK(run<Scalar>(algorithm, &objective, threads, window) == expected);
    }
  }
}

TEST_CASE("Every algorithm that compresses gives the same bits, too, and takes the same time without numerics") {
  const Rough<float> objective;
  for (const auto& algorithm : algorithms()) {
    for (const auto& [compressor, values] : testing::compressed(algorithm)) {
      const std::string name = algorithm.name + " with " + compressor;
      CAPTURE(name);
      testing::ReferencePlane<float> one_by_one{objective, start_at_random<float>};
      const Outcome expected = run_on(&one_by_one, algorithm, 20, values);
      CHECK(run<float>(algorithm, &objective, 1, 1000, 20, values) == expected);
      CHECK(run<float>(algorithm, &objective, 2, 7, 20, values) == expected);
      CHECK(run<float>(algorithm, &objective, 3, 100, 20, values) == expected);
      CHECK(Outcome::same(run<float>(algorithm, nullptr, 1, 100, 20, values).counts, expected.counts));
    }
  }
}

TEST_CASE("Codes of no bytes leave the same bits at any number of threads and any window") {
  const Rough<float> objective;
  for (const auto& algorithm : algorithms()) {
    Values values = defaults(algorithm.settings);
    if (!values.contains("compressor")) continue;
    CAPTURE(algorithm.name);
    values["compressor"] =
        std::shared_ptr<const Codec>{std::make_shared<RandomGossip>(RandomGossip::Settings{.probability = 0.5})};
    const Outcome expected = run<float>(algorithm, &objective, 1, 1000, 20, values);
    CHECK(run<float>(algorithm, &objective, 2, 7, 20, values) == expected);
    CHECK(run<float>(algorithm, &objective, 3, 100, 20, values) == expected);
  }
}

TEST_CASE("Every algorithm takes the same virtual time with and without numerics") {
  const Rough<double> objective;
  for (const auto& algorithm : algorithms()) {
    if (algorithm.decides_by_values) continue;
    CAPTURE(algorithm.name);
    const Outcome with = run<double>(algorithm, &objective, 1, 100);
    const Outcome without = run<double>(algorithm, nullptr, 1, 100);
    CHECK(Outcome::same(with.counts, without.counts));
  }
}

TEST_CASE(
    "With zero gradients every algorithm keeps the mean of the models, and reaches agreement, if its entry declares "
    "it") {
  const Flat flat;
  for (const auto& algorithm : algorithms()) {
    CAPTURE(algorithm.name);
    const Outcome after = run<double>(algorithm, &flat, 1, 100, 60);
    Eigen::MatrixXd x0(d, n);
    for (NodeId i = 0; i < n; ++i) start_at_random(i, x0.col(i).data());
    const Eigen::Map<const Eigen::MatrixXd> x(after.models.data(), d, n);
    const Eigen::VectorXd mean = x0.rowwise().mean();
    const Eigen::VectorXd middle = x.rowwise().mean();
    CHECK(((middle - mean).norm() < 1e-12 * mean.norm()) == algorithm.keeps_mean);
    CHECK(((x.colwise() - middle).squaredNorm() < 0.1 * (x0.colwise() - mean).squaredNorm()) == algorithm.agrees);
  }
}

TEST_CASE("Every algorithm makes the steps that it is asked for") {
  for (const auto& algorithm : algorithms()) {
    CAPTURE(algorithm.name);
    const Rough<double> objective;
    const Outcome after = run<double>(algorithm, algorithm.decides_by_values ? &objective : nullptr, 1, 100,
                                      24);  // a multiple of every default period
    for (std::size_t i = 0; i < n; ++i) {
      const bool trains = static_cast<NodeId>(i) < testing::workers_of(algorithm, n);
      if (algorithm.steps_alike) CHECK(after.counts[5 * i] == (trains ? 24 : 0));
    }
  }
}

TEST_CASE("Every algorithm has a sentence, a source, and a sentence for each setting") {
  for (const auto& algorithm : algorithms()) {
    CAPTURE(algorithm.name);
    CHECK_FALSE(algorithm.sentence.empty());
    CHECK(algorithm.source.find("20") != std::string::npos);  // a paper has a year
    for (const auto& setting : algorithm.settings) {
      CAPTURE(setting.name);
      CHECK_FALSE(setting.sentence.empty());
    }
  }
}

}  // namespace
}  // namespace gossamer::contract_test
