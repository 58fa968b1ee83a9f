#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "algorithms/periodic/diloco.hpp"
#include "algorithms/server/fed_adam.hpp"
#include "algorithms/server/fed_avg.hpp"
#include "algorithms/server/fed_avgm.hpp"
#include "algorithms/server/fed_opt.hpp"
#include "tests/cluster.hpp"
#include "tests/graphs.hpp"
#include "tests/matrix_form.hpp"

// Federated averaging with an optimizer at the server.
namespace gossamer::fed_opt_test {
namespace {

using Eigen::MatrixXd;
using Eigen::RowVectorXd;
using testing::Cluster;

constexpr NodeId n = 5;  // clients
constexpr Index d = 3;
constexpr int h = 4;
constexpr double eta = 0.3;
const FedOpt rounds_of_all{.step_size = eta, .local_steps = h};

/// Client i has i + 1 samples.
RowVectorXd shares(bool by_samples) {
  RowVectorXd counts = RowVectorXd::Ones(n);
  if (by_samples) counts = RowVectorXd::LinSpaced(n, 1, n);
  return counts / counts.sum();
}

AggregationChoice weighted(bool by_samples) {
  return by_samples ? AggregationChoice{WeightedMean{}} : AggregationChoice{PlainMean{}};
}

/// The server's model after so many rounds of h steps from 1.5.
RowVectorXd server_model(const Program& program, int rounds) {
  const auto f = testing::with_server(testing::heterogeneous_quadratics(n, d));
  const Mixing w = testing::star(n + 1);
  Cluster cluster{{.mixing = w,
                   .objective = f,
                   .step_time = [](NodeId i, std::uint64_t) { return Seconds{1e-3 * (5 + i)}; },
                   .initial = MatrixXd::Constant(d, n + 1, 1.5),
                   .servers = 1,
                   .samples = [](NodeId i) { return LocalSamples{.count = static_cast<std::uint64_t>(i + 1)}; }}};
  cluster.run(program, {.node_steps = static_cast<std::uint64_t>(rounds * h)});
  return cluster.models().col(n).transpose();
}

/// The same by a server's rule, from its model and the mean of its clients' models.
RowVectorXd by_rule(const std::function<RowVectorXd(const RowVectorXd&, const RowVectorXd&)>& rule, int rounds,
                    bool by_samples = true) {
  const testing::Quadratics f = testing::heterogeneous_quadratics(n, d);
  testing::LocalRuns local{f, eta};
  RowVectorXd x = RowVectorXd::Constant(d, 1.5);
  for (int r = 0; r < rounds; ++r) x = rule(x, shares(by_samples) * local(x.replicate(n, 1), h));
  return x;
}

double difference(const RowVectorXd& x, const RowVectorXd& y) { return (x - y).cwiseAbs().maxCoeff(); }

Program avgm(const FedAvgM& settings) {
  return [=](Node& node) { return fed_avgm(node, settings); };
}

TEST_CASE("FedAvgM steps along the velocity of its server, with or without look-ahead") {
  for (const bool nesterov : {false, true}) {
    for (const bool by_samples : {false, true}) {
      FedAvgM settings{.rounds = rounds_of_all, .server = {.step_size = 0.8, .momentum = 0.6, .nesterov = nesterov}};
      settings.rounds.aggregation = weighted(by_samples);
      for (const int rounds : {1, 2, 25}) {
        RowVectorXd v = RowVectorXd::Zero(d);
        const auto rule = [&](const RowVectorXd& x, const RowVectorXd& mean) -> RowVectorXd {
          v = 0.6 * v + (x - mean);
          return x - 0.8 * (nesterov ? RowVectorXd{(x - mean) + 0.6 * v} : v);
        };
        CHECK(difference(server_model(avgm(settings), rounds), by_rule(rule, rounds, by_samples)) < 1e-12);
      }
    }
  }
}

TEST_CASE("Without momentum and with a whole step FedAvgM is federated averaging") {
  const RowVectorXd x = server_model(avgm({.rounds = rounds_of_all, .server = OuterStep{}}), 25);
  CHECK(difference(x, server_model([](Node& node) { return fed_avg(node, rounds_of_all); }, 25)) < 1e-12);
  CHECK(difference(x, by_rule([](const RowVectorXd&, const RowVectorXd& mean) { return mean; }, 25)) < 1e-12);
}

TEST_CASE("FedAvgM of all clients with equal weights is DiLoCo with SGD inside") {
  FedAvgM settings{.rounds = rounds_of_all, .server = {.step_size = 0.7, .momentum = 0.9, .nesterov = true}};
  settings.rounds.aggregation = PlainMean{};
  const testing::Quadratics f = testing::heterogeneous_quadratics(n, d);
  const Mixing ring = testing::ring(n);
  const testing::SynchronousRun run{.mixing = ring, .objective = f, .start = MatrixXd::Constant(n, d, 1.5)};
  const DiLoCo same{.step_size = eta, .averaging_period = h, .outer = settings.server};
  CHECK(difference(server_model(avgm(settings), 25),
                   run.models([&](Node& node) { return diloco(node, same); }, 25 * h).row(0)) < 1e-12);
}

/// The program of an adaptive step, by its own name.
Program adaptive(const FedOpt& rounds, const AdaptiveStep::Settings& server) {
  switch (server.rule) {
    case AdaptiveStep::Rule::adagrad:
      return [=](Node& node) { return fed_adagrad(node, {.rounds = rounds, .server = server}); };
    case AdaptiveStep::Rule::yogi:
      return [=](Node& node) { return fed_yogi(node, {.rounds = rounds, .server = server}); };
    default:
      return [=](Node& node) { return fed_adam(node, {.rounds = rounds, .server = server}); };
  }
}

TEST_CASE("Adaptive servers step by their moments, which they do not correct, from a second moment of τ² or of zero") {
  using Rule = AdaptiveStep::Rule;
  constexpr double step = 0.2, beta1 = 0.8, beta2 = 0.95, tau = 0.05;
  for (const Rule name : {Rule::adagrad, Rule::adam, Rule::yogi}) {
    for (const bool by_samples : {false, true}) {
      for (const std::optional<double>& start : {std::optional<double>{}, std::optional<double>{0.0}}) {
        FedOpt rounds_with = rounds_of_all;
        rounds_with.aggregation = weighted(by_samples);
        const AdaptiveStep::Settings settings{.rule = name,
                                              .step_size = step,
                                              .first_decay = beta1,
                                              .second_decay = beta2,
                                              .adaptivity = tau,
                                              .second_start = start};
        for (const int rounds : {1, 2, 25}) {
          RowVectorXd u = RowVectorXd::Zero(d), v = RowVectorXd::Constant(d, start ? 0.0 : tau * tau);
          const auto rule = [&](const RowVectorXd& x, const RowVectorXd& mean) -> RowVectorXd {
            const RowVectorXd way = mean - x, square = way.cwiseAbs2();
            u = beta1 * u + (1 - beta1) * way;
            if (name == Rule::adagrad) v += square;
            if (name == Rule::adam) v = beta2 * v + (1 - beta2) * square;
            if (name == Rule::yogi) v -= (1 - beta2) * square.cwiseProduct((v - square).cwiseSign());
            return x + (step * u.array() / (v.array().sqrt() + tau)).matrix();
          };
          CHECK(difference(server_model(adaptive(rounds_with, settings), rounds), by_rule(rule, rounds, by_samples)) <
                1e-12);
        }
      }
    }
  }
}

TEST_CASE("FedAdam without memory and with a large τ takes the step of federated averaging, divided by τ") {
  // Δ/(√v + τ) = Δ/τ (1 − O(|Δ|/τ)).
  constexpr double tau = 1e6;
  AdaptiveStep::Settings settings{
      .step_size = tau, .first_decay = 0, .second_decay = 0, .adaptivity = tau, .second_start = 0.0};
  const RowVectorXd x = server_model([](Node& node) { return fed_avg(node, rounds_of_all); }, 1);
  CHECK(difference(server_model(adaptive(rounds_of_all, settings), 1), x) < 1e-5);
  settings.adaptivity = 1e-12;  // and the signs of Δ times the server's step without τ
  settings.step_size = 0.1;
  const RowVectorXd signs = (x.array() - 1.5).sign().matrix();
  CHECK(difference(server_model(adaptive(rounds_of_all, settings), 1), RowVectorXd::Constant(d, 1.5) + 0.1 * signs) <
        1e-10);
}

/// FedOpt with the server's optimizer of this kind, and its defaults.
Program opt_with(const std::string& kind, FedOpt settings = rounds_of_all) {
  const auto& all = outer_optimizers();
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.name == kind; });
  REQUIRE(found != all.end());
  settings.server =
      OuterOptimizerChoice{part_value(OuterOptimizerKind::part_type(), *found, defaults(found->settings))};
  return [=](Node& node) { return fed_opt(node, settings); };
}

TEST_CASE("FedOpt with an optimizer of the server is the method of its name, bit by bit") {
  const auto same = [](const std::string& kind, const Program& by_name) {
    CAPTURE(kind);
    CHECK(server_model(opt_with(kind), 25) == server_model(by_name, 25));
  };
  same("average", [](Node& node) { return fed_avg(node, rounds_of_all); });
  same("momentum", avgm({.rounds = rounds_of_all}));
  same("adagrad", [](Node& node) { return fed_adagrad(node, {.rounds = rounds_of_all}); });
  same("adam", [](Node& node) { return fed_adam(node, {.rounds = rounds_of_all}); });
  same("yogi", [](Node& node) { return fed_yogi(node, {.rounds = rounds_of_all}); });
  CHECK(difference(server_model(opt_with("sgd"), 25), server_model(opt_with("average"), 25)) < 1e-12);
}

TEST_CASE("Clients' optimizers begin each round anew") {
  // A round of H steps with momentum β from x is H steps of SGD with momentum on its own: w depends on x alone.
  FedOpt settings = rounds_of_all;
  settings.step_size = 0.1;
  settings.optimizer = Sgd::Settings{.momentum = 0.5};
  const testing::Quadratics f = testing::heterogeneous_quadratics(n, d);
  RowVectorXd x = RowVectorXd::Constant(d, 1.5);
  for (int r = 0; r < 5; ++r) {
    testing::LocalRuns local{f, 0.1, 0.5};
    x = shares(true) * local(x.replicate(n, 1), h);
  }
  CHECK(difference(server_model([=](Node& node) { return fed_opt(node, settings); }, 5), x) < 1e-12);
}

TEST_CASE("On quadratics FedAvgM stops where federated averaging does") {
  const RowVectorXd x = server_model([](Node& node) { return fed_avg(node, rounds_of_all); }, 300);
  const FedAvgM settings{.rounds = rounds_of_all, .server = {.step_size = 0.7, .momentum = 0.5, .nesterov = true}};
  CHECK(difference(server_model(avgm(settings), 300), x) < 1e-12);
}

}  // namespace
}  // namespace gossamer::fed_opt_test
