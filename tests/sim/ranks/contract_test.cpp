#include <doctest/doctest.h>

#include <Eigen/Core>

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "algorithms/registry.hpp"
#include "sim/compute/stragglers.hpp"
#include "tests/algorithm_graphs.hpp"
#include "tests/all_reduces.hpp"
#include "tests/compressed.hpp"
#include "tests/sim/ranks/cluster.hpp"

// The promises of every entry of the registry on real ranks.
namespace gossamer {
namespace {

using namespace std::chrono_literals;
using testing::ClusterSetup;
using testing::on_ranks;
using testing::Outcome;
using testing::simulated;

constexpr NodeId n = 12;
constexpr Index d = 57;
constexpr std::uint64_t node_steps = 24;  // a multiple of every default period

std::unique_ptr<StepTimes> uneven_steps(Seconds step = 500us) {
  return step_times(SlowNodes{.step = step, .fraction = 0.25, .slowdown = 3, .law = SlowNodes::Law::exponential}, n,
                    1);
}

Program default_program(const AlgorithmEntry& algorithm) { return algorithm.make(defaults(algorithm.settings)); }

Mixing graph_for(const AlgorithmEntry& algorithm) { return testing::graph_for(algorithm, n); }

/// Checks the steps of workers; servers make none.
void check_steps(const AlgorithmEntry& algorithm, const std::vector<NodeCounters>& counters) {
  if (!algorithm.steps_alike) return;
  for (std::size_t i = 0; i < counters.size(); ++i) {
    const bool trains = static_cast<NodeId>(i) < testing::workers_of(algorithm, n);
    CHECK(counters[i].node_steps == (trains ? node_steps : 0));
  }
}

TEST_CASE("Every algorithm makes the steps that it is asked for") {
  const auto law = uneven_steps();
  const testing::Rough objective{d};
  for (const auto& algorithm : algorithms()) {
    CAPTURE(algorithm.name);
    const Mixing w = graph_for(algorithm);
    const Outcome after =
        on_ranks({.mixing = w, .step_times = *law, .objective = &objective, .servers = algorithm.servers},
                 default_program(algorithm), {.node_steps = node_steps});
    check_steps(algorithm, after.counters);
  }
}

TEST_CASE("Every algorithm keeps the mean of the models where gradients vanish, and brings the models together") {
  const auto law = uneven_steps();
  const testing::Flat flat{d};
  for (const auto& algorithm : algorithms()) {
    CAPTURE(algorithm.name);
    const Mixing w = graph_for(algorithm);
    const Outcome after = on_ranks({.mixing = w, .step_times = *law, .objective = &flat, .servers = algorithm.servers},
                                   default_program(algorithm), {.node_steps = 48});
    if (after.models.empty()) continue;  // a rank without the models
    const auto plane = testing::plane_of(flat);
    Eigen::MatrixXd x0(d, n);
    for (NodeId i = 0; i < n; ++i) {
      const auto start = plane->values(plane->initial_params(i));
      x0.col(i) = Eigen::Map<const Eigen::VectorXd>(start.data(), d);
    }
    const Eigen::Map<const Eigen::MatrixXd> x(after.models.data(), d, n);
    const Eigen::VectorXd mean = x0.rowwise().mean();
    const Eigen::VectorXd middle = x.rowwise().mean();
    CHECK(((middle - mean).norm() < 1e-12 * mean.norm()) == algorithm.keeps_mean);
    CHECK(((x.colwise() - middle).squaredNorm() < 0.2 * (x0.colwise() - mean).squaredNorm()) == algorithm.agrees);
  }
}

/// Default settings, for every choice among names each other name, and some compressors.
std::vector<Values> variants(const AlgorithmEntry& algorithm) {
  std::vector<Values> result{defaults(algorithm.settings)};
  for (const Setting& setting : algorithm.settings) {
    for (const std::string& choice : setting.choices) {
      result.push_back(defaults(algorithm.settings));
      result.back()[setting.name] = choice;
    }
  }
  for (auto& [name, values] : testing::compressed(algorithm)) result.push_back(std::move(values));
  return result;
}

void check_same_counts(const Outcome& a, const Outcome& b) {
  for (std::size_t i = 0; i < a.counters.size(); ++i) {
    CHECK(a.counters[i].node_steps == b.counters[i].node_steps);
    CHECK(a.counters[i].sent_messages == b.counters[i].sent_messages);
    CHECK(a.counters[i].received_messages == b.counters[i].received_messages);
    CHECK(a.counters[i].sent_bytes == b.counters[i].sent_bytes);
    CHECK(a.counters[i].received_bytes == b.counters[i].received_bytes);
  }
}

/// The ways to do an all-reduce that matter to an algorithm; the first goes with an undirected graph, the others with a
/// directed one.
std::span<const AllReduceMethod> all_reduces_for(const AlgorithmEntry& algorithm) {
  return std::span{testing::all_reduces}.first(algorithm.all_reduces ? testing::all_reduces.size() : 2);
}

TEST_CASE("A synchronous algorithm gives the models of the virtual world, bit by bit, by any all-reduce and any wire") {
  const Mixing directed = testing::exponential(n);
  const auto law = uneven_steps(100us);
  const testing::Rough objective{d};
  for (const auto& algorithm : algorithms()) {
    if (!algorithm.synchronous) continue;
    CAPTURE(algorithm.name);
    const Mixing undirected = graph_for(algorithm);
    const bool given = algorithm.always_needs(Need::What::tree) || algorithm.servers > 0;
    auto all_reduces = all_reduces_for(algorithm);
    for (const Values& values : variants(algorithm)) {
      for (const AllReduceMethod& all_reduce : all_reduces) {
        ClusterSetup setup{.mixing = given || all_reduce.algorithm == AllReduce::ring ? undirected : directed,
                           .step_times = *law,
                           .objective = &objective,
                           .servers = algorithm.servers};
        setup.nic = testing::with_all_reduce(setup.nic, all_reduce);
        const Program program = algorithm.make(values);
        const Outcome expected = simulated(setup, program, {.node_steps = node_steps});
        for (const auto wire : {RankWorld::Wire::shaped, RankWorld::Wire::real}) {
          const Outcome seen = on_ranks(setup, program, {.node_steps = node_steps}, {.wire = wire});
          CHECK(seen.end.reason == expected.end.reason);
          if (seen.models.empty()) continue;
          CHECK(seen.same_models(expected));
          check_same_counts(seen, expected);
        }
      }
      all_reduces = all_reduces.first(1);  // of which the settings know nothing
    }
  }
}

TEST_CASE("All-reduces by MPI itself give the same models but for rounding") {
  const auto law = uneven_steps();
  const testing::Rough objective{d};
  for (const auto& algorithm : algorithms()) {
    if (!algorithm.synchronous) continue;
    CAPTURE(algorithm.name);
    const Mixing w = graph_for(algorithm);
    const ClusterSetup setup{
        .mixing = w, .step_times = *law, .objective = &objective, .payload = 10'000, .servers = algorithm.servers};
    const Program program = default_program(algorithm);
    const Outcome expected = simulated(setup, program, {.node_steps = 8});
    const Outcome seen = on_ranks(setup, program, {.node_steps = 8},
                                  {.wire = RankWorld::Wire::real, .collective = RankWorld::Collective::mpi});
    if (seen.models.empty()) continue;
    const auto size = static_cast<Index>(expected.models.size());
    const Eigen::Map<const Eigen::VectorXd> x(seen.models.data(), size), y(expected.models.data(), size);
    CHECK((x - y).norm() < 1e-12 * y.norm());
    check_same_counts(seen, expected);
  }
}

TEST_CASE("Gradients in real time, computed beside the rank's own thread, give the same models") {
  const auto law = uneven_steps();
  const testing::Rough objective{d};
  for (const auto& algorithm : algorithms()) {
    CAPTURE(algorithm.name);
    const Mixing w = graph_for(algorithm);
    const ClusterSetup setup{.mixing = w, .step_times = *law, .objective = &objective, .servers = algorithm.servers};
    const Program program = default_program(algorithm);
    const Outcome expected = simulated(setup, program, {.node_steps = node_steps});
    const Outcome seen = on_ranks(setup, program, {.node_steps = node_steps},
                                  {.compute = RankWorld::Compute::real, .wire = RankWorld::Wire::real});
    if (seen.models.empty()) continue;
    check_steps(algorithm, seen.counters);
    if (algorithm.synchronous) CHECK(seen.same_models(expected));
  }
}

}  // namespace
}  // namespace gossamer
