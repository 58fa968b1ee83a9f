#include "algorithms/parts/optimizer.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <Eigen/SVD>

#include "algorithms/decentralized/all_reduce_sgd.hpp"
#include "algorithms/periodic/diloco.hpp"
#include "algorithms/periodic/local_adam.hpp"
#include "tests/graphs.hpp"
#include "tests/matrix_form.hpp"

// Optimizers, against their formulas in dense linear algebra.
namespace gossamer::optimizer_test {
namespace {

using Eigen::MatrixXd;
using Eigen::RowVectorXd;
using testing::Cluster;
using testing::Quadratics;

constexpr double eta = 0.1;

Task descend(Node& node, OptimizerChoice settings) {
  const auto optimizer = settings.start(node);
  Params x = node.initial_params();
  while (node.running()) {
    const Params g = co_await node.gradient(x);
    x = optimizer->step(x, eta, g);
    node.report(x);
  }
}

/// The model of one node after 25 steps.
RowVectorXd after_descent(const Quadratics& f, const RowVectorXd& start, const OptimizerChoice& settings,
                          std::vector<Layer> layers = {}) {
  const Mixing w = testing::complete(1);
  Cluster cluster{{.mixing = w, .objective = f, .initial = start.transpose(), .layers = std::move(layers)}};
  cluster.run([settings](Node& node) { return descend(node, settings); }, {.node_steps = 25});
  return cluster.models().col(0).transpose();
}

TEST_CASE("SGD is PyTorch's rule: weight decay, momentum without dampening, and Nesterov's look-ahead") {
  const Quadratics f = testing::heterogeneous_quadratics(1, 4);
  const RowVectorXd start = testing::normal_matrix(1, 4, 3);
  for (const double beta : {0.0, 0.8}) {
    for (const bool nesterov : {false, true}) {
      for (const double decay : {0.0, 0.3}) {
        RowVectorXd x = start, m = RowVectorXd::Zero(4);
        for (int k = 0; k < 25; ++k) {
          const RowVectorXd g = RowVectorXd{f.gradients(x)} + decay * x;
          m = beta * m + g;
          x -= eta * (nesterov ? RowVectorXd{g + beta * m} : m);
        }
        const Sgd::Settings settings{.momentum = beta, .nesterov = nesterov, .weight_decay = decay};
        CHECK((after_descent(f, start, settings) - x).cwiseAbs().maxCoeff() < 1e-13);
      }
    }
  }
}

TEST_CASE("Synchronous SGD makes the optimizer's steps along the mean gradient") {
  constexpr NodeId n = 5;
  const Quadratics f = testing::heterogeneous_quadratics(n, 4);
  const Mixing w = testing::ring(n);
  const RowVectorXd start = testing::normal_matrix(1, 4, 3);
  const testing::SynchronousRun run{.mixing = w, .objective = f, .start = start.replicate(n, 1)};
  const auto check = [&](const OptimizerChoice& optimizer) {
    // One node with the mean objective takes the same steps.
    MatrixXd a = MatrixXd::Zero(4, 4);
    for (NodeId i = 0; i < n; ++i) a += f.a(i) / n;
    const Quadratics mean{{a}, f.b().colwise().mean()};
    const RowVectorXd expected = after_descent(mean, start, optimizer);
    const MatrixXd seen =
        run.models([=](Node& node) { return all_reduce_sgd(node, {.step_size = eta, .optimizer = optimizer}); }, 25);
    CHECK(testing::deviation(seen, expected.replicate(n, 1)) < 1e-12);
  };
  check(Sgd::Settings{.momentum = 0.9, .nesterov = true, .weight_decay = 0.1});
  check(Adam::Settings{.epsilon = 1e-3, .weight_decay = 0.1});
}

TEST_CASE("Muon steps along orthogonalized momentum in the weights of layers, and as AdamW elsewhere") {
  using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const std::vector<Layer> layers{{.inputs = 3, .outputs = 4}, {.inputs = 4, .outputs = 2}};  // d = 26
  const Quadratics f = testing::heterogeneous_quadratics(1, 26);
  const RowVectorXd start = testing::normal_matrix(1, 26, 3);
  const auto orthogonalized = [](const MatrixXd& m) {
    const Eigen::JacobiSVD<MatrixXd> svd{m, Eigen::ComputeThinU | Eigen::ComputeThinV};
    Eigen::VectorXd s = svd.singularValues() / m.norm();
    for (const auto& [a, b, c] : muloco_steps())
      s = a * s + b * s.array().pow(3).matrix() + c * s.array().pow(5).matrix();
    return MatrixXd{svd.matrixU() * s.asDiagonal() * svd.matrixV().transpose()};
  };
  for (const bool nesterov : {false, true}) {
    RowVectorXd x = start, m = RowVectorXd::Zero(26), u = m, v = m;
    for (int k = 1; k <= 25; ++k) {
      const RowVectorXd g = f.gradients(x);
      m = 0.9 * m + 0.1 * g;
      u = 0.9 * u + 0.1 * g;
      v = 0.999 * v + 0.001 * g.cwiseProduct(g);
      const RowVectorXd root = (v / (1 - std::pow(0.999, k))).cwiseSqrt();
      RowVectorXd next = x - 0.5 * eta * (u / (1 - std::pow(0.9, k))).cwiseQuotient((root.array() + 1e-3).matrix());
      const RowVectorXd ahead = nesterov ? RowVectorXd{0.1 * g + 0.9 * m} : m;
      Index at = 0;
      for (const Layer& layer : layers) {
        const Index size = layer.inputs * layer.outputs;
        const Rows direction =
            std::sqrt(std::max(1.0, static_cast<double>(layer.outputs) / static_cast<double>(layer.inputs))) *
            orthogonalized(Eigen::Map<const Rows>(ahead.data() + at, layer.outputs, layer.inputs));
        next.segment(at, size) =
            (1 - eta * 0.2) * x.segment(at, size) - eta * Eigen::Map<const RowVectorXd>(direction.data(), size);
        at += layer.size();
      }
      x = next;
    }
    const Muon::Settings settings{.momentum = 0.9,
                                  .nesterov = nesterov,
                                  .weight_decay = 0.2,
                                  .iteration = Muon::Iteration::muloco,
                                  .adam_factor = 0.5,
                                  .adam = {.epsilon = 1e-3}};
    CHECK((after_descent(f, start, settings, layers) - x).cwiseAbs().maxCoeff() < 1e-10);
  }
}

TEST_CASE("Without layers Muon is AdamW with its factor") {
  const Quadratics f = testing::heterogeneous_quadratics(1, 4);
  const RowVectorXd start = testing::normal_matrix(1, 4, 3);
  const RowVectorXd muon = after_descent(f, start, Muon::Settings{.adam_factor = 1, .adam = {.weight_decay = 0.1}});
  CHECK(muon == after_descent(f, start, Adam::Settings{.weight_decay = 0.1}));
}

/// The model of one node after 25 steps by the kind of this name, with these settings beside its defaults.
RowVectorXd after_descent_by(const std::string& name, const Values& changes, const Quadratics& f,
                             const RowVectorXd& start, std::vector<Layer> layers = {}) {
  const auto kind =
      std::find_if(optimizers().begin(), optimizers().end(), [&](const auto& k) { return k.name == name; });
  REQUIRE(kind != optimizers().end());
  Values values = defaults(kind->settings);
  for (const auto& [setting, value] : changes) values.at(setting) = value;
  return after_descent(f, start, OptimizerChoice{part_value(OptimizerKind::part_type(), *kind, values)},
                       std::move(layers));
}

TEST_CASE("Each kind of optimizer is the rule of its name") {
  const std::vector<Layer> layers{{.inputs = 3, .outputs = 4}, {.inputs = 4, .outputs = 2}};  // d = 26
  const Quadratics f = testing::heterogeneous_quadratics(1, 26);
  const RowVectorXd start = testing::normal_matrix(1, 26, 3);
  const auto by = [&](const std::string& name, const Values& changes) {
    return after_descent_by(name, changes, f, start, layers);
  };
  const auto rule = [&](const OptimizerChoice& settings) { return after_descent(f, start, settings, layers); };
  const Values decay{{"weight_decay", 0.2}};
  CHECK(by("sgd", decay) == rule(Sgd::Settings{.weight_decay = 0.2}));
  CHECK(by("momentum", decay) == rule(Sgd::Settings{.momentum = 0.9, .weight_decay = 0.2}));
  CHECK(by("nesterov", decay) == rule(Sgd::Settings{.momentum = 0.9, .nesterov = true, .weight_decay = 0.2}));
  CHECK(by("adam", decay) == rule(Adam::Settings{.weight_decay = 0.2, .decoupled = false}));
  CHECK(by("adamw", decay) == rule(Adam::Settings{.weight_decay = 0.2}));
  CHECK(by("adam", {}) == by("adamw", {}));
  CHECK(by("adam", decay) != by("adamw", decay));
  CHECK(by("adamw", {{"first_decay", 0.5}, {"second_decay", 0.8}, {"epsilon", 0.1}, {"bias_correction", false}}) ==
        rule(Adam::Settings{.first_decay = 0.5, .second_decay = 0.8, .epsilon = 0.1, .bias_correction = false}));
  CHECK(by("muon", {}) == rule(Muon::Settings{}));
  CHECK(by("muon", {{"iteration", "muloco"}, {"scale", "spectral"}, {"nesterov", false}, {"first_decay", 0.5}}) ==
        rule(Muon::Settings{.nesterov = false,
                            .iteration = Muon::Iteration::muloco,
                            .scale = NewtonSchulz::Scale::spectral,
                            .adam = {.first_decay = 0.5}}));
}

TEST_CASE("Local steps by Adam between averages are Local Adam that keeps its moments") {
  constexpr NodeId n = 5;
  const Quadratics f = testing::heterogeneous_quadratics(n, 4);
  const Mixing w = testing::ring(n);
  const testing::SynchronousRun run{.mixing = w, .objective = f, .start = testing::normal_matrix(n, 4, 3)};
  const DiLoCo rounds{.step_size = eta, .averaging_period = 3, .outer = OuterStep{}, .optimizer = Adam::Settings{}};
  const LocalAdam same{.step_size = eta, .averaging_period = 3, .moments = LocalAdam::Moments::keep};
  CHECK(testing::deviation(run.models([=](Node& node) { return diloco(node, rounds); }, 75),
                           run.models([=](Node& node) { return local_adam(node, same); }, 75)) < 1e-12);
}

}  // namespace
}  // namespace gossamer::optimizer_test
