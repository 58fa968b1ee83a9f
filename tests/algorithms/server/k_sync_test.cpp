#include "algorithms/server/k_sync.hpp"

#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "algorithms/server/asgd.hpp"
#include "tests/cluster.hpp"
#include "tests/graphs.hpp"
#include "tests/matrix_form.hpp"

// Servers that take steps with the first gradients that come: models by hand, and times by formulas. n workers, and the
// server as the last node. Times are of Dutta et al., AISTATS 2018, Section 3.
namespace gossamer::k_sync_test {
namespace {

using namespace std::chrono_literals;
using Eigen::RowVectorXd;
using testing::Cluster;

constexpr double eta = 0.1;

/// f_i(x) = a_i x²/2 − b_i x on workers; the last column is the server's, which has none.
testing::DiagonalQuadratics objective(std::vector<double> a, std::vector<double> b) {
  const auto n = static_cast<Index>(a.size());
  Eigen::MatrixXd curvature = Eigen::MatrixXd::Zero(1, n + 1), linear = Eigen::MatrixXd::Zero(1, n + 1);
  for (Index i = 0; i < n; ++i) {
    curvature(0, i) = a[static_cast<std::size_t>(i)];
    linear(0, i) = b[static_cast<std::size_t>(i)];
  }
  return {curvature, linear};
}

/// Step times of worker i: periods[i], always.
auto steps_of(std::vector<double> periods) {
  return [periods](NodeId i, std::uint64_t) { return Seconds{periods[static_cast<std::size_t>(i)]}; };
}

/// The server's model after the run.
double server_model(Cluster& cluster, NodeId n) { return cluster.models()(0, n); }

TEST_CASE("K-sync: the first K gradients at the present model count, and all others are given up") {
  // Workers take 1, 2 and 5 s; K = 2: a server step every 2 s with the gradients of workers 0 and 1.
  const Mixing w = testing::star(4);
  const auto f = objective({1, 2, 4}, {1, -1, 3});
  Cluster cluster{{.mixing = w, .objective = f, .step_time = steps_of({1, 2, 5, 1}), .servers = 1}};
  cluster.run([](Node& node) { return k_sync(node, {.step_size = eta, .gradients = 2}); }, {.virtual_time = 10.5s});
  double x = 0;
  for (int k = 0; k < 5; ++k) x -= eta / 2 * ((x - 1) + (2 * x + 1));
  CHECK(server_model(cluster, 3) == doctest::Approx(x).epsilon(1e-14));
  CHECK(cluster.counters(0).node_steps == 5);
  CHECK(cluster.counters(1).node_steps == 5);
  CHECK(cluster.counters(2).node_steps == 0);
  CHECK(cluster.counters(2).given_up == 5);
  CHECK(cluster.counters(2).wasted.count() == doctest::Approx(10));
}

TEST_CASE("K-batch-sync: a worker takes further minibatches at the same model until K are together") {
  // K = 3: worker 0 is done at 1 s and 2 s, worker 1 at 2 s: a server step every 2 s.
  const Mixing w = testing::star(4);
  const auto f = objective({1, 2, 4}, {1, -1, 3});
  Cluster cluster{{.mixing = w, .objective = f, .step_time = steps_of({1, 2.001, 5, 1}), .servers = 1}};
  cluster.run([](Node& node) { return k_batch_sync(node, {.step_size = eta, .gradients = 3}); },
              {.virtual_time = 4.5s});
  double x = 0;
  for (int k = 0; k < 2; ++k) x -= eta / 3 * (2 * (x - 1) + (2 * x + 1));
  CHECK(server_model(cluster, 3) == doctest::Approx(x).epsilon(1e-14));
}

TEST_CASE("K-async: the first K workers wait for the new model, and the others' gradients are stale") {
  // Workers take 1, 2 and 5 s, K = 2: steps at 2, 4, 6 (of 0 and 1) would be, but worker 2 comes at 5 s.
  const Mixing w = testing::star(4);
  const auto f = objective({1, 2, 4}, {1, -1, 3});
  Cluster cluster{{.mixing = w, .objective = f, .step_time = steps_of({1, 2.5, 4, 1}), .servers = 1}};
  cluster.run([](Node& node) { return k_async(node, {.step_size = eta, .gradients = 2}); }, {.virtual_time = 5.4s});
  const auto g0 = [](double x) { return x - 1; };
  const auto g1 = [](double x) { return 2 * x + 1; };
  const auto g2 = [](double x) { return 4 * x - 3; };
  const double x0 = 0, x1 = x0 - eta / 2 * (g0(x0) + g1(x0));  // at 2.5 s: workers 0 and 1
  const double x2 = x1 - eta / 2 * (g0(x1) + g2(x0));          // at 4 s: worker 0 since 3.5 s, and worker 2 from x0
  const double x3 = x2 - eta / 2 * (g0(x2) + g1(x1));          // at 5 s: workers 0 and 1
  CHECK(server_model(cluster, 3) == doctest::Approx(x3).epsilon(1e-14));
}

TEST_CASE("K-batch-async with K = 1 is asynchronous SGD") {
  const Mixing w = testing::star(5);
  const auto f = objective({1, 2, 4, 3}, {1, -1, 3, 2});
  const auto random = [](NodeId i, std::uint64_t k) {
    Draws draws{7, Purpose::step_time, i, k};
    return Seconds{0.5 + draws.uniform()};
  };
  const auto after = [&](const Program& program) {
    Cluster cluster{{.mixing = w, .objective = f, .step_time = random, .message_time = 100ms, .servers = 1}};
    cluster.run(program, {.node_steps = 30});
    return cluster.models();
  };
  const auto one = after([](Node& node) { return k_batch_async(node, {.step_size = eta, .gradients = 1}); });
  CHECK(one.col(4) == after([](Node& node) { return asgd(node, {.step_size = eta}); }).col(4));
}

TEST_CASE("K-sync with all workers is synchronous SGD, and so is one worker with any of the four") {
  const auto f = objective({1, 2, 4}, {1, -1, 3});
  const Mixing w = testing::star(4);
  Cluster cluster{{.mixing = w, .objective = f, .step_time = steps_of({1, 2, 5, 1}), .servers = 1}};
  cluster.run([](Node& node) { return k_sync(node, {.step_size = eta, .gradients = 3}); }, {.node_steps = 20});
  double x = 0;
  for (int k = 0; k < 20; ++k) x -= eta / 3 * ((x - 1) + (2 * x + 1) + (4 * x - 3));
  CHECK(server_model(cluster, 3) == doctest::Approx(x).epsilon(1e-13));

  const auto alone = objective({2}, {1});
  const Mixing pair = testing::star(2);
  double y = 0;
  for (int k = 0; k < 20; ++k) y -= eta * (2 * y - 1);
  for (const auto program : {k_sync, k_batch_sync, k_async, k_batch_async}) {
    Cluster one{{.mixing = pair, .objective = alone, .servers = 1}};
    one.run([program](Node& node) { return program(node, {.step_size = eta, .gradients = 1}); }, {.node_steps = 20});
    CHECK(server_model(one, 1) == doctest::Approx(y).epsilon(1e-14));
  }
}

/// The mean time of a server step over a long run with exponential step times of mean 1 s, and the number of steps.
struct Rate {
  double mean = 0;
  double steps = 0;
};
Rate rate_of(Task (*program)(Node&, KSync), NodeId n, int k) {
  constexpr double horizon = 4000;
  const Mixing w = testing::star(n + 1);
  const testing::StepsBy law{[](NodeId i, std::uint64_t step) {
    Draws draws{11, Purpose::step_time, i, step};
    return Seconds{standard_exponential(draws)};
  }};
  AlphaBetaNetwork network{{.latency = 0s, .bandwidth = 1e12}};
  Simulation simulation{{.mixing = w, .step_times = law, .network = network, .payload = 0, .servers = 1}};
  std::uint64_t models = 0;
  const auto counted = [&](Node& node) { return program(node, {.step_size = eta, .gradients = k}); };
  simulation.run(counted, {.virtual_time = Seconds{horizon}});
  models = simulation.counters(n).sent_messages;  // n, n, K or K for each server step
  const bool to_all = program == k_sync || program == k_batch_sync;
  const double steps = static_cast<double>(models) / (to_all ? n : k);
  return {horizon / steps, steps};
}

double harmonic(int n) {
  double sum = 0;
  for (int j = 1; j <= n; ++j) sum += 1.0 / j;
  return sum;
}

TEST_CASE("With exponential step times, server steps take the times of order statistics") {
  constexpr NodeId n = 8;
  constexpr int k = 4;
  const double order = harmonic(n) - harmonic(n - k), batches = static_cast<double>(k) / n;
  // Variances of one step: Σ 1/j² over j = n − K + 1 … n for the K-th of n; K/n² for K arrivals of rate n.
  double order_variance = 0;
  for (int j = n - k + 1; j <= n; ++j) order_variance += 1.0 / (j * j);
  const auto check = [](const Rate& seen, double mean, double variance) {
    CHECK(std::abs(seen.mean - mean) < 4 * std::sqrt(variance / seen.steps));
  };
  check(rate_of(k_sync, n, k), order, order_variance);
  check(rate_of(k_async, n, k), order, order_variance);
  check(rate_of(k_batch_sync, n, k), batches, k / std::pow(n, 2));
  check(rate_of(k_batch_async, n, k), batches, k / std::pow(n, 2));
}

TEST_CASE("Asynchronous SGD divides a step by its staleness, which is n − 1 in the long run") {
  // Two workers of periods 1 s and 1.5 s from t = 0; arrivals at 1 (0), 1.5 (1), 2 (0), 3 (0 and then 1).
  const Mixing w = testing::star(3);
  const auto f = objective({1, 2}, {1, -1});
  Cluster cluster{{.mixing = w, .objective = f, .step_time = steps_of({1, 1.6, 1}), .servers = 1}};
  cluster.run([](Node& node) { return asgd(node, {.step_size = eta, .rule = Asgd::Rule::staleness}); },
              {.virtual_time = 3.1s});
  const auto g0 = [](double x) { return x - 1; };
  const auto g1 = [](double x) { return 2 * x + 1; };
  const double x1 = 0 - eta * g0(0);    // 1.0 s: staleness 0
  const double x2 = x1 - eta * g1(0);   // 1.6 s: staleness 1
  const double x3 = x2 - eta * g0(x1);  // 2.0 s: staleness 1
  const double x4 = x3 - eta * g0(x3);  // 3.0 s: staleness 0
  CHECK(server_model(cluster, 2) == doctest::Approx(x4).epsilon(1e-14));

  // Three fast steps of worker 0 while worker 1 takes one: its step is divided by three.
  Cluster stale{{.mixing = w, .objective = f, .step_time = steps_of({1, 3.5, 1}), .servers = 1}};
  stale.run([](Node& node) { return asgd(node, {.step_size = eta, .rule = Asgd::Rule::staleness}); },
            {.virtual_time = 3.6s});
  double x = 0;
  for (int k = 0; k < 3; ++k) x -= eta * g0(x);
  x -= eta / 3 * g1(0);
  CHECK(server_model(stale, 2) == doctest::Approx(x).epsilon(1e-14));
}

TEST_CASE("Asynchronous SGD bounds a step by the distance that the model has moved") {
  const Mixing w = testing::star(3);
  const auto f = objective({1, 2}, {1, -1});
  constexpr double c = 1e-3;
  Cluster cluster{{.mixing = w, .objective = f, .step_time = steps_of({1, 1.6, 1}), .servers = 1}};
  cluster.run(
      [](Node& node) { return asgd(node, {.step_size = eta, .rule = Asgd::Rule::distance, .distance_scale = c}); },
      {.virtual_time = 1.7s});
  const double x1 = eta;  // g0(0) = −1
  const double x2 = x1 - std::min(c / (x1 * x1), eta) * 1;
  CHECK(server_model(cluster, 2) == doctest::Approx(x2).epsilon(1e-14));
}

}  // namespace
}  // namespace gossamer::k_sync_test
