#include "algorithms/periodic/local_adam.hpp"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "algorithms/periodic/des_loc.hpp"
#include "tests/graphs.hpp"
#include "tests/outer_golden.hpp"

namespace gossamer::local_adam_test {
namespace {

using Eigen::MatrixXd;
using Moments = LocalAdam::Moments;
namespace golden = testing::outer_golden;

constexpr Adam::Settings golden_adam{.first_decay = 0.9, .second_decay = 0.95, .epsilon = 1e-8, .weight_decay = 0.1};

Program local_adam_with(Moments moments, Adam::Settings adam = golden_adam, int period = 3) {
  const LocalAdam settings{.step_size = 0.05, .averaging_period = period, .moments = moments, .adam = adam};
  return [settings](Node& node) { return local_adam(node, settings); };
}

/// The instance of the golden tables.
struct Instance {
  Mixing mixing = testing::complete(golden::nodes);
  testing::Quadratics objective = golden::objective();
  testing::SynchronousRun run{.mixing = mixing, .objective = objective, .start = golden::start()};
};
const Instance instance;

TEST_CASE("Local Adam gives the golden iterates, whatever happens to its moments") {
  golden::check("G5", instance.run, local_adam_with(Moments::keep), 3);
  golden::check("G6", instance.run, local_adam_with(Moments::average), 3);
  golden::check("G7", instance.run, local_adam_with(Moments::reset), 3);
}

TEST_CASE("DES-LOC gives the golden iterates") {
  const DesLoc settings{.step_size = 0.05,
                        .model_period = 2,
                        .first_moment_period = 6,
                        .second_moment_period = 12,
                        .adam = {.first_decay = 0.9, .second_decay = 0.95, .bias_correction = false}};
  golden::check(
      "G8", instance.run, [settings](Node& node) { return des_loc(node, settings); }, 2);
}

/// An independent recursion: the models, n × d, of all nodes, one coordinate like the other.
struct DenseAdam {
  MatrixXd x, u = MatrixXd::Zero(x.rows(), x.cols()), v = u;
  int t = 0;

  void step(const MatrixXd& gradients, double eta, const Adam::Settings& adam) {
    MatrixXd g = gradients;
    if (!adam.decoupled) g += adam.weight_decay * x;
    ++t;
    u = adam.first_decay * u + (1 - adam.first_decay) * g;
    v = adam.second_decay * v + (1 - adam.second_decay) * g.cwiseProduct(g);
    const double first = adam.bias_correction ? 1 - std::pow(adam.first_decay, t) : 1;
    const double second = adam.bias_correction ? 1 - std::pow(adam.second_decay, t) : 1;
    const double decay = adam.decoupled ? eta * adam.weight_decay : 0;
    x = (1 - decay) * x - eta * (u / first).cwiseQuotient(((v / second).cwiseSqrt().array() + adam.epsilon).matrix());
  }
};

void average(MatrixXd& rows) { rows = rows.colwise().mean().replicate(rows.rows(), 1).eval(); }

TEST_CASE("Local Adam and DES-LOC follow their recursions for 25 rounds on heterogeneous quadratics") {
  constexpr NodeId n = 6;
  constexpr Index d = 5;
  const Mixing w = testing::ring(n);
  const testing::Quadratics f = testing::heterogeneous_quadratics(n, d);
  const testing::SynchronousRun run{.mixing = w, .objective = f, .start = testing::normal_matrix(n, d, 5)};
  const std::vector<Adam::Settings> variants{
      {.weight_decay = 0.1, .bias_correction = true},
      {.first_decay = 0.5, .second_decay = 0.8, .epsilon = 1e-3, .weight_decay = 0.2, .decoupled = false},
      {.first_decay = 0, .epsilon = 0.1, .bias_correction = false}};
  for (const Adam::Settings& adam : variants) {
    for (const Moments moments : {Moments::keep, Moments::average, Moments::reset}) {
      DenseAdam dense{run.start};
      for (int round = 0; round < 25; ++round) {
        for (int h = 0; h < 4; ++h) dense.step(f.gradients(dense.x), 0.05, adam);
        average(dense.x);
        if (moments == Moments::average) {
          average(dense.u);
          average(dense.v);
        }
        if (moments == Moments::reset) dense = {dense.x};
      }
      CHECK(testing::deviation(run.models(local_adam_with(moments, adam, 4), 100), dense.x) < 1e-10);
    }
    DenseAdam dense{run.start};
    for (int t = 1; t <= 75; ++t) {
      MatrixXd g = f.gradients(dense.x);
      for (Index i = 0; i < n; ++i) g.row(i) *= std::min(1.0, 0.5 / g.row(i).norm());
      dense.step(g, 0.05, adam);
      if (t % 3 == 0) average(dense.x);
      if (t % 5 == 0) average(dense.u);
      if (t % 7 == 0) average(dense.v);
    }
    const DesLoc settings{.step_size = 0.05,
                          .model_period = 3,
                          .first_moment_period = 5,
                          .second_moment_period = 7,
                          .clip = 0.5,
                          .adam = adam};
    CHECK(testing::deviation(run.models([settings](Node& node) { return des_loc(node, settings); }, 75), dense.x) <
          1e-10);
  }
}

TEST_CASE("With equal periods DES-LOC is Local Adam that averages its moments, bit for bit") {
  const DesLoc settings{
      .step_size = 0.05, .model_period = 3, .first_moment_period = 3, .second_moment_period = 3, .adam = golden_adam};
  const MatrixXd desynced = instance.run.models([settings](Node& node) { return des_loc(node, settings); }, 18);
  CHECK(desynced == instance.run.models(local_adam_with(Moments::average), 18));
}

TEST_CASE("On equal objectives averaged and kept moments are those of one node, bit for bit") {
  const Mixing w = testing::complete(4), alone = testing::complete(1);
  const testing::Quadratics one = testing::heterogeneous_quadratics(1, 3);
  const MatrixXd b = one.b().replicate(4, 1);
  const testing::Quadratics four{std::vector<MatrixXd>(4, one.a(0)), b};
  const MatrixXd x0 = testing::normal_matrix(1, 3, 8);
  const auto single = [&](const Program& program) {
    return testing::SynchronousRun{.mixing = alone, .objective = one, .start = x0}.models(program, 30);
  };
  const testing::SynchronousRun all{.mixing = w, .objective = four, .start = x0.replicate(4, 1)};
  for (const Moments moments : {Moments::keep, Moments::average})
    CHECK(all.models(local_adam_with(moments), 30) == single(local_adam_with(Moments::keep)).replicate(4, 1));
}

TEST_CASE("The first step of AdamW moves every coordinate by η against its gradient's sign, after the decay") {
  const MatrixXd after = instance.run.models(local_adam_with(Moments::average, golden_adam, 1), 1);
  const MatrixXd g = instance.objective.gradients(golden::start());
  const Eigen::RowVectorXd expected = 0.995 * golden::start().row(0) - 0.05 * g.cwiseSign().colwise().mean();
  CHECK((after.rowwise() - expected).cwiseAbs().maxCoeff() < 1e-7 * 0.05);  // ε/|g| ≤ 1e-7
}

TEST_CASE("A round of Local Adam lasts H steps and its all-reduces one after the other") {
  constexpr NodeId n = 4;
  const Mixing w = testing::complete(n);
  const testing::DiagonalQuadratics flat = testing::flat(n, 8);
  const auto time = [&](Moments moments) {
    testing::Cluster cluster{{.mixing = w, .objective = flat, .message_time = Seconds{2e-3}, .payload = 0}};
    cluster.run(local_adam_with(moments, {}, 5), {.node_steps = 10});
    return cluster.now().count();
  };
  const double all_reduce = 2 * (n - 1) * 2e-3;  // a ring
  CHECK(time(Moments::keep) == doctest::Approx(2 * (5 * 10e-3 + all_reduce)));
  CHECK(time(Moments::average) == doctest::Approx(2 * (5 * 10e-3 + 3 * all_reduce)));
}

}  // namespace
}  // namespace gossamer::local_adam_test
