#include "algorithms/server/async_diloco.hpp"

#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "algorithms/periodic/diloco.hpp"
#include "algorithms/server/st_syn.hpp"
#include "tests/cluster.hpp"
#include "tests/graphs.hpp"
#include "tests/outer_golden.hpp"

// Servers with an outer step, and with straggler-tolerant rounds: golden models, reductions and times.
namespace gossamer::async_diloco_test {
namespace {

using namespace std::chrono_literals;
using Eigen::MatrixXd;
using testing::Cluster;
namespace golden = testing::outer_golden;

constexpr NodeId n = golden::nodes;

/// The server's model at a time.
Eigen::RowVectorXd server_at(const Program& program, Seconds time,
                             std::function<Seconds(NodeId, std::uint64_t)> step_time) {
  const auto f = testing::with_server(golden::objective());
  const Mixing w = testing::star(n + 1);
  MatrixXd start(2, n + 1);
  start.colwise() = Eigen::Vector2d{2, -1};
  Cluster cluster{{.mixing = w, .objective = f, .step_time = std::move(step_time), .initial = start, .servers = 1}};
  cluster.run(program, {.virtual_time = time});
  return cluster.models().col(n).transpose();
}

TEST_CASE("Asynchronous DiLoCo with delayed momentum gives its golden models, push by push") {
  // Pushes come at 1, 2, … s from the nodes 1 2 1 3 4 1 2 3 1 2 4 1, each after two steps.
  const std::vector<std::vector<double>> pushes{{1, 3, 6, 9, 12, 99}, {2, 7, 10, 99}, {4, 8, 99}, {5, 11, 99}};
  const auto step_time = [&pushes](NodeId i, std::uint64_t k) {
    const auto& own = pushes[static_cast<std::size_t>(i)];
    const std::size_t round = k / 2;
    return Seconds{(own[round] - (round > 0 ? own[round - 1] : 0)) / 2};
  };
  const AsyncDiLoCo settings{
      .step_size = golden::step_size, .local_steps = 2, .outer = DelayedNesterov::Settings{.delay = 4}};
  for (const auto& [round, models] : golden::table("G14")) {
    const std::uint64_t push = round;  // clang captures no bindings
    CAPTURE(push);
    const Eigen::RowVectorXd x = server_at([&](Node& node) { return async_diloco(node, settings); },
                                           Seconds{static_cast<double>(push) + 0.1}, step_time);
    CHECK((x - models.row(0)).cwiseAbs().maxCoeff() < 1e-12);
  }
}

TEST_CASE("Straggler-tolerant rounds give their golden models") {
  // K = 2 of the step times 1, 1.5, 2.5 and 4: a round takes 4.5, in which workers finish 4, 3, 1 and 1 steps.
  const auto step_time = [](NodeId i, std::uint64_t) {
    const std::vector<double> times{1, 1.5, 2.5, 4, 1};
    return Seconds{times[static_cast<std::size_t>(i)]};
  };
  const StSyn settings{.step_size = golden::step_size, .ready = 2, .local_steps = 3};
  for (const auto& [round, models] : golden::table("G25")) {
    const std::uint64_t number = round;  // clang captures no bindings
    CAPTURE(number);
    const Eigen::RowVectorXd x = server_at([&](Node& node) { return st_syn(node, settings); },
                                           Seconds{4.5 * static_cast<double>(number) + 0.1}, step_time);
    CHECK((x - models.row(0)).cwiseAbs().maxCoeff() < 1e-12);
  }
}

TEST_CASE("One worker and no delay make DiLoCo of one node") {
  const testing::Quadratics alone{{golden::objective().a(0)}, golden::objective().b().topRows(1)};
  const auto f = testing::with_server(alone);
  const MatrixXd start = MatrixXd::Constant(2, 2, 1.5);
  const Mixing pair = testing::star(2), single = testing::complete(1);
  Cluster server{{.mixing = pair, .objective = f, .initial = start, .servers = 1}};
  server.run([](Node& node) { return async_diloco(node, {.local_steps = 3}); }, {.node_steps = 60});
  Cluster plain{{.mixing = single, .objective = alone, .initial = start.leftCols(1)}};
  plain.run(
      [](Node& node) {
        return diloco(node, {.step_size = 0.1,
                             .averaging_period = 3,
                             .outer = OuterStep{.step_size = 0.7, .momentum = 0.9, .nesterov = true}});
      },
      {.node_steps = 60});
  CHECK((server.models().col(1) - plain.models().col(0)).norm() < 1e-12);
}

TEST_CASE("An outer optimizer of the server steps with every push: SGD adds all ways") {
  // One step of each worker from zero: D_i = −0.1 b_i; all pushes come at once, and none sees another.
  const testing::DiagonalQuadratics f{MatrixXd::Ones(1, 4), Eigen::RowVector4d{1, 2, 4, 0}};
  const Mixing w = testing::star(4);
  const auto after_a_round = [&](const OuterOptimizerChoice& outer) {
    Cluster cluster{{.mixing = w, .objective = f, .servers = 1}};
    cluster.run([=](Node& node) { return async_diloco(node, {.step_size = 0.1, .local_steps = 1, .outer = outer}); },
                {.node_steps = 1});
    return cluster.models()(0, 3);
  };
  CHECK(after_a_round(OuterStep{.step_size = 0.5}) == doctest::Approx(0.5 * 0.1 * 7).epsilon(1e-14));
  // m = D_1, D_1/2 + D_2, D_1/4 + D_2/2 + D_3
  const double heavy_ball = 1 + (0.5 + 2) + (0.25 + 1 + 4);
  CHECK(after_a_round(OuterStep{.step_size = 0.5, .momentum = 0.5}) ==
        doctest::Approx(0.5 * 0.1 * heavy_ball).epsilon(1e-14));
}

TEST_CASE("A grace window gathers pushes, which are applied one by one, and answers all of them with one model") {
  // Workers push at 1, 1.4 and 3 s; the window of 0.5 s ends at 1.5 s.
  const testing::DiagonalQuadratics f{MatrixXd::Ones(1, 4), Eigen::RowVector4d{1, 2, 3, 0}};
  const Mixing w = testing::star(4);
  Cluster cluster{{.mixing = w,
                   .objective = f,
                   .step_time = [](NodeId i, std::uint64_t) { return Seconds{i == 0   ? 1.0
                                                                             : i == 1 ? 1.4
                                                                                      : 3.0}; },
                   .servers = 1}};
  cluster.run(
      [](Node& node) {
        return async_diloco(node, {.step_size = 0.1,
                                   .local_steps = 1,
                                   .outer = OuterStep{.step_size = 1, .momentum = 0, .nesterov = true},
                                   .grace = 500ms});
      },
      {.virtual_time = 1.6s});
  const Eigen::MatrixXd x = cluster.models();
  const double both = 0.1 * 1 + 0.1 * 2;
  CHECK(x(0, 3) == doctest::Approx(both).epsilon(1e-14));
  CHECK(x(0, 0) == doctest::Approx(both).epsilon(1e-14));
  CHECK(x(0, 1) == doctest::Approx(both).epsilon(1e-14));
  CHECK(cluster.counters(0).received_messages == 1);
}

/// The mean time of a round, and finished steps and uploads in it, with exponential step times of mean 1 s.
TEST_CASE("With exponential step times straggler-tolerant rounds have the time of an order statistic of Erlang times") {
  constexpr NodeId workers = 8;
  constexpr double horizon = 6000;
  const Mixing w = testing::star(workers + 1);
  const testing::StepsBy law{[](NodeId i, std::uint64_t step) {
    Draws draws{13, Purpose::step_time, i, step};
    return Seconds{standard_exponential(draws)};
  }};
  AlphaBetaNetwork network{{.latency = 0s, .bandwidth = 1e12}};
  Simulation simulation{{.mixing = w, .step_times = law, .network = network, .payload = 0, .servers = 1}};
  simulation.run([](Node& node) { return st_syn(node, {.ready = 4, .local_steps = 3}); },
                 {.virtual_time = Seconds{horizon}});
  // The server sends a model and a signal to every worker in each round.
  const double rounds = static_cast<double>(simulation.counters(workers).sent_messages) / (2 * workers);
  double steps = 0;
  for (NodeId i = 0; i < workers; ++i) steps += static_cast<double>(simulation.counters(i).node_steps);
  CHECK(horizon / rounds == doctest::Approx(2.4949637164).epsilon(0.03));
  CHECK(steps / rounds == doctest::Approx(19.9597097309).epsilon(0.02));
}

}  // namespace
}  // namespace gossamer::async_diloco_test
