#include "algorithms/decentralized/gasloc.hpp"

#include <cmath>
#include <numbers>

#include <doctest/doctest.h>

#include "algorithms/periodic/diloco.hpp"
#include "tests/graphs.hpp"
#include "tests/matrix_form.hpp"
#include "tests/outer_golden.hpp"

namespace gossamer::gasloc_test {
namespace {

using Eigen::MatrixXd;
using testing::Quadratics;
using testing::SynchronousRun;
using Mix = Gasloc::Mix;
namespace golden = testing::outer_golden;

Program program_of(const Gasloc& settings) {
  return [=](Node& node) { return gasloc(node, settings); };
}

TEST_CASE("GASLoC gives its golden iterates on the ring") {
  const Quadratics f = golden::objective();
  const Mixing ring = golden::lazy_ring();
  const SynchronousRun run{.mixing = ring, .objective = f, .start = golden::start()};
  golden::check("G18", run, program_of({.step_size = golden::step_size, .local_steps = golden::local_steps}), 3);
}

constexpr NodeId n = 8;
constexpr Index d = 3;
constexpr double eta = 0.2;

TEST_CASE("GASLoC follows its rule on directed graphs, too, whatever is mixed") {
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  for (const Mixing& mixing : {testing::ring(n), testing::tangle(n)}) {
    const SynchronousRun run{.mixing = mixing, .objective = f, .start = testing::normal_matrix(n, d, 7)};
    const MatrixXd w{mixing.matrix()};
    for (const Mix mix : {Mix::plain, Mix::all}) {
      testing::LocalRuns local{f, eta, 0.3};
      MatrixXd x = testing::normal_matrix(n, d, 7), y = x;
      const Gasloc settings{.step_size = eta,
                            .local_steps = 3,
                            .outer_step_size = 0.8,
                            .acceleration = 0.4,
                            .mix = mix,
                            .optimizer = Sgd::Settings{.momentum = 0.3}};
      for (std::uint64_t k = 1; k <= 25; ++k) {
        const MatrixXd before = y;
        y = x + 0.8 * (local(x, 3) - x);
        x = mix == Mix::plain ? MatrixXd{w * y + 0.4 * (y - before)} : MatrixXd{w * (y + 0.4 * (y - before))};
        CHECK(testing::deviation(run.models(program_of(settings), 3 * k), x) < 1e-12);
      }
    }
  }
}

MatrixXd diloco_models(const SynchronousRun& run, double step_size, double momentum, std::uint64_t node_steps = 60) {
  return run.models(
      [=](Node& node) {
        return diloco(node, {.step_size = eta,
                             .averaging_period = 3,
                             .outer = OuterStep{.step_size = step_size, .momentum = momentum, .nesterov = true}});
      },
      node_steps);
}

TEST_CASE("On W = 11ᵀ/n GASLoC is DiLoCo: mixing all, or without acceleration, or with equal objectives") {
  const Mixing w = testing::complete(n);
  const MatrixXd start = Eigen::VectorXd::Ones(n) * testing::normal_matrix(1, d, 7);
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  const SynchronousRun run{.mixing = w, .objective = f, .start = start};
  Gasloc settings{.step_size = eta, .local_steps = 3, .mix = Mix::all};
  CHECK(testing::deviation(run.models(program_of(settings), 60), diloco_models(run, 0.7, 0.3)) < 1e-12);
  settings.mix = Mix::plain;
  CHECK(testing::deviation(run.models(program_of(settings), 6), diloco_models(run, 0.7, 0.3, 6)) > 1e-3);
  settings.acceleration = 0;
  CHECK(testing::deviation(run.models(program_of(settings), 60), diloco_models(run, 0.7, 0)) < 1e-12);

  const Quadratics one = testing::heterogeneous_quadratics(1, d);
  const Quadratics equal{std::vector<MatrixXd>(n, one.a(0)), Eigen::VectorXd::Ones(n) * one.b()};
  const SynchronousRun of_equal{.mixing = w, .objective = equal, .start = start};
  settings.acceleration = 0.3;
  CHECK(testing::deviation(of_equal.models(program_of(settings), 60), diloco_models(of_equal, 0.7, 0.3)) < 1e-12);
}

TEST_CASE("Acceleration (1 − √l₂)² turns the factor 1 − l₂ of gossip into 1 − √l₂") {
  // At this γ the two roots of r² − (1 − l + γ) r + γ are equal: from e₀ = 1, e₁ = 1 − l follows (1 + k (e₁/r − 1)) rᵏ.
  struct Row {
    NodeId nodes;
    double slow, fast;
  };
  for (const auto& [nodes, slow, fast] : {Row{8, 0.8535533906, 0.6173165676}, Row{16, 0.9619397663, 0.8049096780}}) {
    SparseMatrix matrix(nodes, nodes);
    MatrixXd start(nodes, 1);
    for (NodeId i = 0; i < nodes; ++i) {
      matrix.coeffRef(i, i) = 0.5;
      matrix.coeffRef(i, (i + 1) % nodes) = matrix.coeffRef(i, (i + nodes - 1) % nodes) = 0.25;
      start(i, 0) = std::cos(2 * std::numbers::pi * i / nodes);
    }
    const double l = 0.5 - 0.5 * std::cos(2 * std::numbers::pi / nodes), r = 1 - std::sqrt(l);
    CHECK(1 - l == doctest::Approx(slow).epsilon(1e-9));
    CHECK(r == doctest::Approx(fast).epsilon(1e-9));
    const Mixing w{matrix};
    const Quadratics flat{std::vector<MatrixXd>(static_cast<std::size_t>(nodes), MatrixXd::Zero(1, 1)),
                          MatrixXd::Zero(nodes, 1)};
    const SynchronousRun run{.mixing = w, .objective = flat, .start = start};
    for (const int k : {1, 2, 10, 40}) {
      const double e = (1 + k * ((1 - l) / r - 1)) * std::pow(r, k);
      const MatrixXd x =
          run.models(program_of({.local_steps = 1, .acceleration = r * r}), static_cast<std::uint64_t>(k));
      CHECK((x - e * start).norm() < 1e-12);
    }
  }
}

}  // namespace
}  // namespace gossamer::gasloc_test
