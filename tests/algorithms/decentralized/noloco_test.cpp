#include "algorithms/decentralized/noloco.hpp"

#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "algorithms/periodic/diloco.hpp"
#include "tests/graphs.hpp"
#include "tests/matrix_form.hpp"
#include "tests/outer_golden.hpp"

namespace gossamer::noloco_test {
namespace {

using Eigen::Matrix3d;
using Eigen::MatrixXd;
using Eigen::Vector3d;
using testing::Quadratics;
using testing::SynchronousRun;
namespace golden = testing::outer_golden;

Program program_of(const NoLoCo& settings) {
  return [=](Node& node) { return noloco(node, settings); };
}

/// The three ways to pair four nodes: (0 1)(2 3), (0 2)(1 3), (0 3)(1 2).
Mixing pairing(NodeId partner_of_first) {
  SparseMatrix w(4, 4);
  for (NodeId i = 0; i < 4; ++i) {
    w.coeffRef(i, i) = 0.5;
    w.coeffRef(i, i ^ partner_of_first) = 0.5;
  }
  return Mixing{w, {.connectivity = Connectivity::any}};
}
testing::Cycle pairings(const std::vector<NodeId>& partners) {
  std::vector<Mixing> rounds;
  for (const NodeId partner : partners) rounds.push_back(pairing(partner));
  return testing::Cycle{std::move(rounds)};
}

TEST_CASE("NoLoCo gives its golden iterates, pairs in turn") {
  const Quadratics f = golden::objective();
  const testing::Cycle schedule = pairings({1, 2, 3});
  const Mixing all = testing::complete(4);
  const SynchronousRun run{.mixing = all, .objective = f, .start = golden::start(), .schedule = &schedule};
  golden::check("G17", run, program_of({.step_size = golden::step_size, .local_steps = golden::local_steps}), 3);
}

constexpr NodeId n = 8;
constexpr Index d = 3;
constexpr double eta = 0.2;

TEST_CASE("NoLoCo follows its rule on any doubly stochastic W, and one payload is enough") {
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  for (const Mixing& mixing : {testing::ring(n), testing::tangle(n)}) {
    const SynchronousRun run{.mixing = mixing, .objective = f, .start = testing::normal_matrix(n, d, 7)};
    const MatrixXd w{mixing.matrix()};
    for (const double c : {0.7, 0.0, 0.9}) {
      testing::LocalRuns local{f, eta, 0.3};
      MatrixXd phi = testing::normal_matrix(n, d, 7), m = 0 * phi;
      const NoLoCo settings{
          .step_size = eta, .local_steps = 3, .consensus = c, .optimizer = Sgd::Settings{.momentum = 0.3}};
      for (std::uint64_t k = 1; k <= 25; ++k) {
        m = (0.5 * m + 0.7 * w * (local(phi, 3) - phi) + c * (w * phi - phi)).eval();
        phi += m;
        CHECK(testing::deviation(run.models(program_of(settings), 3 * k), phi) < 1e-12);
      }
    }
  }
}

TEST_CASE("In one group of all nodes NoLoCo is DiLoCo without look-ahead") {
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  const Mixing w = testing::complete(n);
  const SynchronousRun run{.mixing = w, .objective = f, .start = testing::normal_matrix(n, d, 7)};
  const MatrixXd x = run.models(program_of({.step_size = eta, .local_steps = 4}), 100);
  CHECK(testing::deviation(x, run.models(
                                  [](Node& node) {
                                    return diloco(node, {.step_size = eta,
                                                         .averaging_period = 4,
                                                         .outer = OuterStep{.step_size = 0.7, .momentum = 0.5}});
                                  },
                                  100)) < 1e-12);
}

TEST_CASE("The mean of all models follows the heavy ball on the mean of all ways, whatever the groups") {
  const Quadratics f = testing::heterogeneous_quadratics(4, d);
  const testing::Cycle schedule = pairings({3, 1, 1, 2});
  const Mixing all = testing::complete(4);
  const SynchronousRun run{
      .mixing = all, .objective = f, .start = testing::normal_matrix(4, d, 7), .schedule = &schedule};
  const Program program = program_of({.step_size = eta, .local_steps = 2});
  testing::LocalRuns local{f, eta};
  MatrixXd phi = testing::normal_matrix(4, d, 7), m = 0 * phi;
  for (std::uint64_t k = 1; k <= 25; ++k) {
    m = (0.5 * m + 0.7 * testing::averaged(local(phi, 2) - phi)).eval();
    const MatrixXd mean = testing::averaged(phi) + m;
    phi = run.models(program, 2 * k);
    CHECK(testing::deviation(testing::averaged(phi), mean) < 1e-12);
  }
}

/// E(Σ|φ|², Σ⟨φ, m⟩, Σ|m|²) of deviations from the mean goes through this matrix in a round with uniformly random pairs
/// and without gradients.
Matrix3d second_moments(double a, double b, NodeId nodes) {
  const double q = nodes / (2.0 * (nodes - 1));
  const Eigen::RowVector3d m{a * a * q, -2 * a * b * q, b * b};
  const Eigen::RowVector3d g = Eigen::RowVector3d{-a * q, b, 0} + m;
  Matrix3d result;
  result << Eigen::RowVector3d{1 - 2 * a * q, 2 * b, 0} + m, g, m;
  return result;
}

TEST_CASE("With uniformly random pairs disagreement has its exact second moments: all pairings of five rounds") {
  const Quadratics flat{std::vector<MatrixXd>(4, MatrixXd::Zero(d, d)), MatrixXd::Zero(4, d)};
  const Mixing all = testing::complete(4);
  const MatrixXd start = testing::normal_matrix(4, d, 7);
  double sum = 0;
  for (int number = 0; number < 243; ++number) {
    std::vector<NodeId> partners;
    for (int k = 0, rest = number; k < 5; ++k, rest /= 3) partners.push_back(1 + rest % 3);
    const testing::Cycle schedule = pairings(partners);
    const SynchronousRun run{.mixing = all, .objective = flat, .start = start, .schedule = &schedule};
    const MatrixXd phi = run.models(program_of({.local_steps = 1}), 5);
    sum += (phi - testing::averaged(phi)).squaredNorm() / 243;
  }
  Vector3d moments{(start - testing::averaged(start)).squaredNorm(), 0, 0};
  for (int k = 0; k < 5; ++k) moments = (second_moments(0.7, 0.5, 4) * moments).eval();
  CHECK(sum == doctest::Approx(moments[0]).epsilon(1e-12));
}

TEST_CASE("Disagreement shrinks by known factors, and only below a momentum that depends on n") {
  const auto factor = [](double b, NodeId nodes) {
    return second_moments(0.7, b, nodes).eigenvalues().cwiseAbs().maxCoeff();
  };
  CHECK(factor(0.5, 4) == doctest::Approx(0.6281816299).epsilon(1e-9));
  CHECK(factor(0.5, 16) == doctest::Approx(0.6851462439).epsilon(1e-9));
  CHECK(factor(0.5, 1000) == doctest::Approx(0.6998735905).epsilon(1e-9));
  CHECK(factor(0.9, 16) == doctest::Approx(1.0861541142).epsilon(1e-9));
  for (const auto& [nodes, most] :
       std::vector<std::pair<NodeId, double>>{{4, 0.8666666667}, {16, 0.8179768496}, {1000, 0.8064009690}}) {
    CHECK(2 * (1 - most * most) == doctest::Approx(0.7 * (1 - most / (nodes - 1))).epsilon(1e-8));
    CHECK(factor(most - 1e-3, nodes) < 1);
    CHECK(factor(most + 1e-3, nodes) > 1);
  }
}

}  // namespace
}  // namespace gossamer::noloco_test
