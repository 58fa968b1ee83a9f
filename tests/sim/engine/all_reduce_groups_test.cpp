#include <vector>

#include <doctest/doctest.h>

#include "sim/compute/laws.hpp"
#include "sim/network/collectives/collectives.hpp"
#include "sim/network/models/alpha_beta.hpp"
#include "sim/network/models/nic.hpp"
#include "tests/all_reduces.hpp"
#include "tests/cluster.hpp"
#include "tests/graphs.hpp"

// All-reduces of groups, of numbers, and several at once.
namespace gossamer {
namespace {

using namespace std::chrono_literals;
using testing::Cluster;
using testing::flat;

constexpr NodeId n = 10;

/// The mean of f over the group of node i.
template <class F>
double mean_of_group(NodeId i, NodeId group, F f) {
  const NodeId first = i / group * group, last = std::min(first + group, n);
  double sum = 0;
  for (NodeId j = first; j < last; ++j) sum += f(j);
  return sum / (last - first);
}

Eigen::MatrixXd start() {
  return Eigen::MatrixXd::NullaryExpr(5, n,
                                      [](Index k, Index i) { return std::sin(static_cast<double>(3 * k + 7 * i)); });
}

TEST_CASE("A mean over a group is that of its consecutive nodes; the last group may be smaller") {
  const Mixing w = testing::ring(n);
  const auto objective = flat(n, 5);
  for (const NodeId group : {1, 2, 4, 10, 12}) {
    CAPTURE(group);
    Cluster cluster{{.mixing = w, .objective = objective, .initial = start()}};
    cluster.run(
        [group](Node& node) -> Task {
          const Params x = co_await node.all_reduce_mean(node.initial_params(), group);
          node.report(x);
        },
        {});
    const Eigen::MatrixXd x = cluster.models(), x0 = start();
    for (NodeId i = 0; i < n; ++i)
      for (Index k = 0; k < 5; ++k)
        CHECK(x(k, i) == doctest::Approx(mean_of_group(i, group, [&](NodeId j) { return x0(k, j); })).epsilon(1e-14));
  }
}

TEST_CASE("A mean of numbers is exact to rounding, with and without numerics, by formula and played") {
  const Mixing w = testing::ring(n);
  const auto law = step_times(ConstantStep{.step = 1ms});
  for (const Collectives collectives : {Collectives::formula, Collectives::played}) {
    for (const AllReduceMethod& method : testing::all_reduces) {
      CAPTURE(static_cast<int>(method.algorithm));
      NicNetwork network{testing::with_all_reduce(Nic{.latency = 1ms, .bandwidth = 1e6}, method), n};
      Simulation simulation{
          {.mixing = w, .step_times = *law, .network = network, .payload = 1'000'000, .collectives = collectives}};
      std::vector<std::vector<double>> means(n);
      simulation.run(
          [&means](Node& node) -> Task {
            const double i = node.id();
            const double one = co_await node.all_reduce_mean(std::sqrt(i));
            std::vector<double> own(3, -1.5);
            own[0] = i;
            own[1] = i * i;
            std::vector<double> all = co_await node.all_reduce_mean(own, 4);
            all.push_back(one);
            means[static_cast<std::size_t>(node.id())] = std::move(all);
          },
          {});
      for (NodeId i = 0; i < n; ++i) {
        const std::vector<double>& seen = means[static_cast<std::size_t>(i)];
        REQUIRE(seen.size() == 4);
        CHECK(seen[0] == doctest::Approx(mean_of_group(i, 4, [](double j) { return j; })).epsilon(1e-15));
        CHECK(seen[1] == doctest::Approx(mean_of_group(i, 4, [](double j) { return j * j; })).epsilon(1e-15));
        CHECK(seen[2] == doctest::Approx(-1.5).epsilon(1e-15));
        CHECK(seen[3] == doctest::Approx(mean_of_group(i, n, [](double j) { return std::sqrt(j); })).epsilon(1e-15));
        CHECK(seen[3] == means[0][3]);  // the same bits on every node
      }
      // Eight bytes a number: far less than a model.
      CHECK(simulation.snapshot().total.sent_bytes < 1'000'000);
    }
  }
}

TEST_CASE("A mean of k numbers costs what a vector of 8 k bytes costs") {
  const Mixing w = testing::ring(n);
  const auto law = step_times(ConstantStep{.step = 1ms});
  AlphaBetaNetwork network{{.latency = 2ms, .bandwidth = 1e3, .all_reduce = AllReduce::ring}};
  Simulation simulation{{.mixing = w, .step_times = *law, .network = network, .payload = 1'000'000}};
  const End end = simulation.run(
      [](Node& node) -> Task {
        co_await node.all_reduce_mean(std::vector<double>(50));
        co_await node.all_reduce_mean(std::vector<double>(50), 5);
      },
      {});
  // Ring: 2 (n − 1) (latency + 8 k/n bytes), over ten nodes, then over five.
  CHECK(end.time.count() == doctest::Approx(18 * (2e-3 + 0.040) + 8 * (2e-3 + 0.080)).epsilon(1e-9));
}

TEST_CASE("Several all-reduces are in flight at once, and each has the mean of what was given to it") {
  const Mixing w = testing::ring(n);
  const auto objective = flat(n, 5);
  Cluster cluster{{.mixing = w, .objective = objective, .message_time = 1ms, .initial = start()}};
  const End end = cluster.run(
      [](Node& node) -> Task {
        const Params x = node.initial_params();
        const Pending first = node.all_reduce_mean(x);
        const Pending second = node.all_reduce_mean(2.0 * x, 2);
        const Pending third = node.all_reduce_mean(3.0 * x);
        const Params c = co_await third;
        const Params a = co_await first;
        const Params b = co_await second;
        node.report(a + 10.0 * b + 100.0 * c);
      },
      {});
  const Eigen::MatrixXd x = cluster.models(), x0 = start();
  for (NodeId i = 0; i < n; ++i) {
    for (Index k = 0; k < 5; ++k) {
      const double all = mean_of_group(i, n, [&](NodeId j) { return x0(k, j); });
      const double pair = mean_of_group(i, 2, [&](NodeId j) { return x0(k, j); });
      CHECK(x(k, i) == doctest::Approx(all + 20 * pair + 300 * all).epsilon(1e-13));
    }
  }
  CHECK(end.time.count() == doctest::Approx(18e-3));  // a ring of ten: they overlap
}

TEST_CASE("Played all-reduces of several kinds do not mix, and give the bits of the formula") {
  const Mixing w = testing::ring(n);
  const auto objective = flat(n, 5);
  const testing::StepsBy law{[](NodeId i, std::uint64_t k) {
    Draws draws{5, Purpose::step_time, i, k};
    return draws.uniform() * Seconds{10ms};
  }};
  std::vector<std::vector<double>> models[2];
  for (const Collectives collectives : {Collectives::formula, Collectives::played}) {
    Executor<double> plane{{.objective = objective,
                            .initial_params =
                                [x0 = start()](NodeId i, double* x) {
                                  for (Index k = 0; k < 5; ++k) x[k] = x0(k, i);
                                },
                            .common_initial_params = false}};
    NicNetwork network{{.latency = 1ms, .bandwidth = 1e6, .all_reduce = AllReduce::ring}, n};
    Simulation simulation{{.mixing = w,
                           .step_times = law,
                           .network = network,
                           .plane = &plane,
                           .payload = 40,
                           .collectives = collectives}};
    simulation.run(
        [](Node& node) -> Task {
          Params x = node.initial_params();
          for (int k = 0; k < 5; ++k) {
            const Pending all = node.all_reduce_mean(x);
            const Pending group = node.all_reduce_mean(x, 4);
            co_await node.tick();
            const double number = co_await node.all_reduce_mean(static_cast<double>(node.id() + k));
            const Params a = co_await all;
            const Params b = co_await group;
            x = 0.5 * x + 0.25 * a + 0.125 * b + (0.01 * number) * a;
          }
          node.report(x);
        },
        {});
    for (const Params& x : simulation.models())
      models[collectives == Collectives::played ? 1 : 0].push_back(plane.values(x));
  }
  CHECK(models[0] == models[1]);
}

}  // namespace
}  // namespace gossamer
