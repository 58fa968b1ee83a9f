#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include "algorithms/decentralized/ad_psgd.hpp"
#include "algorithms/decentralized/swarm_sgd.hpp"
#include "algorithms/error.hpp"
#include "sim/compression/random_gossip.hpp"
#include "tests/cluster.hpp"
#include "tests/estimate.hpp"
#include "tests/graphs.hpp"

// The options of SwarmSGD and AD-PSGD: the number of local steps, the nodes that an averaging changes, its initiator.
namespace gossamer::asynchronous_options_test {
namespace {

using namespace std::chrono_literals;
using Eigen::MatrixXd;
using testing::Cluster;
using testing::DiagonalQuadratics;
using testing::estimate;
using testing::flat;

/// Exponential step times of mean 1 s.
std::function<Seconds(NodeId, std::uint64_t)> exponential_steps(std::uint64_t seed) {
  return [seed](NodeId i, std::uint64_t k) {
    Draws draws{seed, Purpose::step_time, i, k};
    return Seconds{standard_exponential(draws)};
  };
}

// ---------------------------------------------------------------------------------------------------------------------
// Codes of no bytes

TEST_CASE("SwarmSGD decodes a code of no bytes as zero: both sides average with it") {
  constexpr double p = 0.5;
  constexpr int meetings = 12;
  const Mixing w = testing::complete(2);
  const auto objective = flat(2);
  MatrixXd x0(1, 2);
  x0 << 4096, -1024;
  const auto codec = std::make_shared<RandomGossip>(RandomGossip::Settings{.probability = p});
  // In meeting k node i sends x_i if its draw is below p, else nothing, which means 0; x_i ← (x_i + Q(x_j))/2.
  MatrixXd x = x0;
  for (std::uint32_t k = 0; k < meetings; ++k) {
    const auto said = [&](NodeId i) { return Draws{1, Purpose::encoding, i, k}.uniform() < p ? x(0, i) : 0.0; };
    const double said_by_0 = said(0), said_by_1 = said(1);
    x(0, 0) = 0.5 * (x(0, 0) + said_by_1);
    x(0, 1) = 0.5 * (x(0, 1) + said_by_0);
  }
  using enum SwarmSgd::Variant;
  for (const auto variant : {nb2, blocking}) {
    for (const int threads : {1, 4}) {
      Cluster cluster{{.mixing = w, .objective = objective, .threads = threads, .initial = x0, .payload = 4}};
      cluster.run(
          [&](Node& node) { return swarm_sgd(node, {.local_steps = 1, .variant = variant, .compressor = codec}); },
          {.node_steps = meetings});
      CHECK(cluster.models() == x);  // halves of small integers: exact
    }
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// Geometric numbers of local steps

/// The numbers of local steps that both nodes of a pair take for their one meeting, over independent pairs.
std::vector<double> numbers_of_steps(SwarmSgd::Steps law, int mean, int pairs) {
  const Mixing w = testing::complete(2);
  const auto objective = flat(2);
  std::vector<double> numbers;
  for (int seed = 0; seed < pairs; ++seed) {
    Cluster cluster{
        {.mixing = w, .objective = objective, .seed = static_cast<std::uint64_t>(seed), .meetings = {{0, 1}}}};
    cluster.run(
        [=](Node& node) {
          return swarm_sgd(node, {.local_steps = mean, .variant = SwarmSgd::Variant::nb2, .steps = law});
        },
        {});
    for (const NodeId i : {0, 1}) numbers.push_back(static_cast<double>(cluster.counters(i).node_steps));
  }
  return numbers;
}

TEST_CASE("Geometric numbers of local steps have mean H: on 1, 2, … with P(1) = 1/H, from zero with P(0) = 1/(H + 1)") {
  constexpr int pairs = 4000;
  constexpr double count = 2.0 * pairs;
  for (const int mean : {1, 3}) {
    for (const auto law : {SwarmSgd::Steps::geometric, SwarmSgd::Steps::geometric_from_zero}) {
      const bool from_zero = law == SwarmSgd::Steps::geometric_from_zero;
      const std::vector<double> numbers = numbers_of_steps(law, mean, pairs);
      const double measured = std::accumulate(numbers.begin(), numbers.end(), 0.0) / count;
      // Variances (1 − p)/p² with p = 1/H, or 1/(H + 1).
      const double variance = from_zero ? mean * (mean + 1.0) : mean * (mean - 1.0);
      CAPTURE(mean);
      CAPTURE(measured);
      CHECK(std::abs(measured - mean) <= 4 * std::sqrt(variance / count));
      const double least = from_zero ? 0 : 1;
      for (const double excess : {0.0, 1.0, 2.0}) {  // P(least + k) = p (1 − p)^k
        const double p = from_zero ? 1.0 / (mean + 1) : 1.0 / mean;
        const double expected = p * std::pow(1 - p, excess);
        const auto frequency = static_cast<double>(std::count(numbers.begin(), numbers.end(), least + excess)) / count;
        CHECK(std::abs(frequency - expected) <= 4 * std::sqrt(expected * (1 - expected) / count));
      }
      CHECK(*std::min_element(numbers.begin(), numbers.end()) == least);
    }
  }
}

TEST_CASE("Exponential steps and a geometric number of them make initiatives a Poisson process of rate n/H") {
  // A geometric sum of exponential steps is exponential, of mean H. A fixed number would leave a third of the variance.
  constexpr NodeId n = 16;
  constexpr int H = 3, replicas = 2000;
  constexpr double s = 15, expected = n * s / H;
  const Mixing w = testing::complete(n);
  const auto objective = flat(n);
  const auto initiatives = [&](std::uint64_t seed) {
    Cluster cluster{{.mixing = w, .objective = objective, .step_time = exponential_steps(seed), .seed = seed}};
    cluster.run([](Node& node) { return swarm_sgd(node, {.local_steps = H, .steps = SwarmSgd::Steps::geometric}); },
                {.virtual_time = Seconds{s}});
    return static_cast<double>(cluster.snapshot().total.interactions) / 2;
  };
  check(estimate(replicas, initiatives), expected);
  // Over R counts the variance λ of a Poisson law is known to λ √((2 + 1/λ)/R).
  const auto variance =
      estimate(replicas, [&](std::uint64_t seed) { return std::pow(initiatives(seed) - expected, 2); });
  CHECK(std::abs(variance.mean - expected) < 4 * expected * std::sqrt((2 + 1 / expected) / replicas));
}

// ---------------------------------------------------------------------------------------------------------------------
// One-sided SwarmSGD

TEST_CASE("One-sided SwarmSGD reads the model that its partner exposed last, and does not change the partner") {
  // Two nodes on f_i(x) = ½ (x − c_i)², η = 0.5: a step takes x to (x + c_i)/2, 1 s at node 0 and 1.4 s at node 1. Each
  // reads after two steps; a request and its answer take 100 ms each, in which the reader waits. The average
  // is exposed with the next step.
  constexpr double c0 = 4, c1 = -8;
  const DiagonalQuadratics objective{MatrixXd::Ones(1, 2), Eigen::RowVector2d{c0, c1}};
  const Mixing w = testing::complete(2);
  Cluster cluster{{.mixing = w,
                   .objective = objective,
                   .step_time = [](NodeId i, std::uint64_t) { return Seconds{i == 0 ? 1.0 : 1.4}; },
                   .message_time = 100ms,
                   .initial = Eigen::RowVector2d{1, 2}}};
  const SwarmSgd settings{.step_size = 0.5, .local_steps = 2, .variant = SwarmSgd::Variant::one_sided};
  cluster.run([=](Node& node) { return swarm_sgd(node, settings); }, {.virtual_time = 5500ms});
  const auto step = [](double x, double c) { return (x + c) / 2; };
  const double one_at_14 = step(2, c1);                      // exposed at 1.4 s
  const double zero_at_2 = step(step(1, c0), c0);            // reads at 2.1 s
  const double zero_at_22 = (zero_at_2 + one_at_14) / 2;     // has it at 2.2 s; steps end at 3.2, 4.2 s
  const double one_at_28 = step(one_at_14, c1);              // reads at 2.9 s, when node 0 still shows that of 2 s
  const double one_at_30 = (one_at_28 + zero_at_2) / 2;      // has it at 3.0 s; steps end at 4.4, 5.8 s
  const double zero_at_42 = step(step(zero_at_22, c0), c0);  // reads at 4.3 s, node 1 still shows that of 2.8 s
  const double zero_at_44 = (zero_at_42 + one_at_28) / 2;
  CHECK(cluster.models()(0, 0) == doctest::Approx(zero_at_44).epsilon(1e-15));
  CHECK(cluster.models()(0, 1) == doctest::Approx(one_at_30).epsilon(1e-15));
  CHECK(cluster.counters(0).interactions == 3);
  CHECK(cluster.counters(1).interactions == 3);
}

/// E Γ of models after each of some events at uniformly random nodes, from covariances: models x and exposed models e
/// start at zero; an event at i is x_i ← x_i + u, e_i ← x_i, then x_i ← (x_i + e_j)/2 with a uniformly random j ≠ i,
/// where u is noise of total variance 1. C is 2n × 2n, x before e.
double expected_potential(NodeId n, int events) {
  const Index size = 2 * n;
  MatrixXd c = MatrixXd::Zero(size, size);
  for (int t = 0; t < events; ++t) {
    MatrixXd next = MatrixXd::Zero(size, size);
    for (Index i = 0; i < n; ++i) {
      for (Index j = 0; j < n; ++j) {
        if (i == j) continue;
        MatrixXd event = MatrixXd::Identity(size, size);
        Eigen::VectorXd noise = Eigen::VectorXd::Zero(size);
        event.row(n + i) = MatrixXd::Identity(size, size).row(i);
        event(i, i) = 0.5;
        event(i, n + j) = 0.5;
        noise(i) = 0.5;
        noise(n + i) = 1;
        next += (event * c * event.transpose() + noise * noise.transpose()) / static_cast<double>(n * (n - 1));
      }
    }
    c = next;
  }
  const MatrixXd centered = MatrixXd::Identity(n, n) - MatrixXd::Constant(n, n, 1.0 / n);
  return (centered * c.topLeftCorner(n, n)).trace();
}

/// Step times by which the nodes of `order` end their steps one after the other, at 1, 2, … s.
std::function<Seconds(NodeId, std::uint64_t)> one_after_the_other(const std::vector<NodeId>& order, NodeId n) {
  std::vector<std::vector<double>> steps(static_cast<std::size_t>(n));
  std::vector<double> before(static_cast<std::size_t>(n), 0.0);
  for (std::size_t t = 0; t < order.size(); ++t) {
    const auto i = static_cast<std::size_t>(order[t]);
    steps[i].push_back(static_cast<double>(t + 1) - before[i]);
    before[i] = static_cast<double>(t + 1);
  }
  return [steps](NodeId i, std::uint64_t k) {
    const auto& own = steps[static_cast<std::size_t>(i)];
    return Seconds{k < own.size() ? own[static_cast<std::size_t>(k)] : 1e9};
  };
}

TEST_CASE("One-sided SwarmSGD has the potential of its random row-stochastic steps") {
  constexpr NodeId n = 6;
  constexpr Index d = 64;
  constexpr double eta = 0.1;
  const Mixing w = testing::complete(n);
  for (const int events : {5, 60}) {
    check(estimate(1500,
                   [&](std::uint64_t seed) {
                     std::vector<NodeId> order;
                     Draws draws{seed, Purpose::pairing};
                     for (int t = 0; t < events; ++t) order.push_back(static_cast<NodeId>(draws.below(n)));
                     const DiagonalQuadratics noise{MatrixXd::Zero(d, n), MatrixXd::Zero(d, n),
                                                    1 / (eta * std::sqrt(d)), seed};
                     Cluster cluster{
                         {.mixing = w, .objective = noise, .step_time = one_after_the_other(order, n), .seed = seed}};
                     const SwarmSgd settings{
                         .step_size = eta, .local_steps = 1, .variant = SwarmSgd::Variant::one_sided};
                     cluster.run([=](Node& node) { return swarm_sgd(node, settings); },
                                 {.virtual_time = Seconds{events + 0.5}});
                     const MatrixXd x = cluster.models();
                     return (x.colwise() - x.rowwise().mean().eval()).squaredNorm();
                   }),
          expected_potential(n, events));
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// AD-PSGD's bipartite protocol

TEST_CASE("Under AD-PSGD's bipartite protocol odd nodes initiate once a gradient, and even ones only answer") {
  constexpr NodeId n = 10;
  constexpr std::uint64_t steps = 25;
  const Mixing w = testing::ring(n);
  const auto objective = flat(n);
  Cluster cluster{{.mixing = w, .objective = objective, .step_time = exponential_steps(1), .message_time = 50ms}};
  cluster.run([](Node& node) { return ad_psgd(node, {.protocol = AdPsgd::Protocol::bipartite}); },
              {.node_steps = steps});
  std::uint64_t answered = 0;
  for (NodeId i = 0; i < n; ++i) {
    const NodeCounters counters = cluster.counters(i);
    CHECK(counters.node_steps == steps);
    if (i % 2 == 1) CHECK(counters.interactions == steps);  // nobody ever asks them
    if (i % 2 == 0) answered += counters.interactions;
  }
  CHECK(answered == steps * n / 2);
}

TEST_CASE("AD-PSGD's bipartite protocol refuses a ring of odd length, and names the nodes of a wrong edge") {
  const Mixing w = testing::ring(7);
  const auto objective = flat(7);
  Cluster cluster{{.mixing = w, .objective = objective}};
  CHECK_THROWS_WITH_AS(
      cluster.run([](Node& node) { return ad_psgd(node, {.protocol = AdPsgd::Protocol::bipartite}); }, {}),
      "ad_psgd: the bipartite protocol needs every edge to join an even and an odd node, and 0 and 6 are joined",
      AlgorithmError);
}

}  // namespace
}  // namespace gossamer::asynchronous_options_test
