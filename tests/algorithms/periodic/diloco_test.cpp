#include "algorithms/periodic/diloco.hpp"

#include <cmath>
#include <vector>

#include <doctest/doctest.h>
#include <Eigen/Eigenvalues>

#include "algorithms/periodic/local_sgd.hpp"
#include "tests/graphs.hpp"
#include "tests/matrix_form.hpp"
#include "tests/outer_golden.hpp"
#include "tests/overlapped_times.hpp"

namespace gossamer::diloco_test {
namespace {

using namespace std::chrono_literals;
using Eigen::MatrixXd;
using testing::Quadratics;
using testing::SynchronousRun;
using Mode = DiLoCo::Mode;
namespace golden = testing::outer_golden;

constexpr OuterStep usual{.step_size = 0.7, .momentum = 0.9, .nesterov = true};

Program program_of(const DiLoCo& settings) {
  return [=](Node& node) { return diloco(node, settings); };
}

DiLoCo golden_settings(Mode mode, OuterStep outer = usual) {
  return {.step_size = golden::step_size, .averaging_period = golden::local_steps, .outer = outer, .mode = mode};
}

TEST_CASE("DiLoCo gives its golden iterates: plain, delayed and eager") {
  const Quadratics f = golden::objective();
  const Mixing ring = golden::lazy_ring();
  const SynchronousRun run{.mixing = ring, .objective = f, .start = golden::start()};
  golden::check("G12", run, program_of(golden_settings(Mode::plain)), 3);
  golden::check("G13a", run, program_of(golden_settings(Mode::delayed)), 3);
  golden::check("G13b", run, program_of(golden_settings(Mode::eager)), 3);
}

constexpr NodeId n = 6;
constexpr Index d = 3;
constexpr double eta = 0.2;
constexpr double local_momentum = 0.3;

/// The rule in matrices; every node has its own m.
MatrixXd expected(const DiLoCo& s, const OuterStep& outer, const Quadratics& f, int rounds) {
  testing::LocalRuns local{f, s.step_size.at(0), local_momentum};
  MatrixXd x = testing::normal_matrix(n, d, 7), m = 0 * x, last = 0 * x;
  for (int r = 0; r < rounds; ++r) {
    const MatrixXd end = local(x, s.averaging_period + (r == 0 && s.longer_first_period ? 1 : 0)), way = x - end;
    MatrixXd step = x - testing::averaged(end);
    if (s.mode == Mode::delayed) step = testing::averaged(last);
    if (s.mode == Mode::eager) step = testing::averaged(last) + (way - last) / n;
    last = way;
    if (s.mode == Mode::delayed && r == 0) continue;
    m = outer.momentum * m + step;
    x -= outer.step_size * (outer.nesterov ? MatrixXd{step + outer.momentum * m} : m);
  }
  return x;
}

TEST_CASE("DiLoCo takes the outer optimizer's step along the mean of all ways") {
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  const Mixing ring = testing::ring(n);
  const SynchronousRun run{.mixing = ring, .objective = f, .start = testing::normal_matrix(n, d, 7)};
  for (const Mode mode : {Mode::plain, Mode::delayed, Mode::eager}) {
    for (const bool nesterov : {false, true}) {
      for (const bool longer : {false, true}) {
        const OuterStep outer{.step_size = 0.5, .momentum = 0.4, .nesterov = nesterov};
        const DiLoCo settings{.step_size = eta,
                              .averaging_period = 3,
                              .outer = outer,
                              .mode = mode,
                              .longer_first_period = longer,
                              .optimizer = Sgd::Settings{.momentum = local_momentum}};
        for (const int rounds : {1, 2, 25}) {
          const auto steps = static_cast<std::uint64_t>(3 * rounds + (longer ? 1 : 0));
          CHECK(testing::deviation(run.models(program_of(settings), steps), expected(settings, outer, f, rounds)) <
                1e-12);
        }
      }
    }
  }
}

TEST_CASE("With outer step size 1 and without momentum DiLoCo is local SGD") {
  const Quadratics f = golden::objective();
  const Mixing ring = golden::lazy_ring();
  const SynchronousRun run{.mixing = ring, .objective = f, .start = golden::start()};
  const MatrixXd x = run.models(program_of(golden_settings(Mode::plain, {})), 60);
  CHECK(testing::deviation(x, run.models(
                                  [](Node& node) {
                                    return local_sgd(node, {.step_size = golden::step_size,
                                                            .averaging_period = golden::local_steps});
                                  },
                                  60)) < 1e-14);
}

TEST_CASE("DiLoCo that goes to the average is local SGD, bit by bit") {
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  const Mixing ring = testing::ring(n);
  const SynchronousRun run{.mixing = ring, .objective = f, .start = testing::normal_matrix(n, d, 7)};
  const auto local = [](Node& node) { return local_sgd(node, {.step_size = eta, .averaging_period = 3}); };
  CHECK(run.models(program_of({.step_size = eta, .averaging_period = 3, .outer = ToEnd::Settings{}}), 60) ==
        run.models(local, 60));
}

TEST_CASE("Eager DiLoCo of one node is DiLoCo") {
  const Quadratics f = testing::heterogeneous_quadratics(1, d);
  const Mixing alone = testing::complete(1);
  const SynchronousRun run{.mixing = alone, .objective = f, .start = testing::normal_matrix(1, d, 7)};
  DiLoCo settings{.step_size = eta, .averaging_period = 3};
  const MatrixXd plain = run.models(program_of(settings), 60);
  settings.mode = Mode::eager;
  CHECK(testing::deviation(run.models(program_of(settings), 60), plain) < 1e-14);
}

/// The largest |r| of the characteristic polynomials of a round over the modes b of mean_i (I − (I − η A_i)^H).
double radius(const Quadratics& f, OuterStep outer) {
  MatrixXd mean = MatrixXd::Zero(2, 2);
  for (NodeId i = 0; i < golden::nodes; ++i) {
    const MatrixXd m = MatrixXd::Identity(2, 2) - golden::step_size * f.a(i);
    mean += (MatrixXd::Identity(2, 2) - m * m * m) / golden::nodes;
  }
  const Eigen::VectorXd modes = Eigen::SelfAdjointEigenSolver<MatrixXd>{mean}.eigenvalues();
  double largest = 0;
  for (const double b : modes) {
    MatrixXd round(2, 2);
    const double lr = outer.step_size, beta = outer.momentum;
    if (outer.nesterov)
      round << 1 - lr * (1 + beta) * b, -lr * beta * beta, b, beta;
    else
      round << 1 - lr * b, -lr * beta, b, beta;
    largest = std::max(largest, round.eigenvalues().cwiseAbs().maxCoeff());
  }
  return largest;
}

TEST_CASE("On quadratics DiLoCo converges to the fixed point of local SGD, at the rate of its round matrix") {
  const Quadratics f = golden::objective();
  const Mixing ring = golden::lazy_ring();
  const SynchronousRun run{.mixing = ring, .objective = f, .start = golden::start()};
  struct Row {
    double step_size, momentum, nesterov, heavy_ball;
  };
  for (const auto& [step_size, momentum, nesterov, heavy_ball] :
       std::vector<Row>{{1, 0, 0.7744502779, 0.7744502779},
                        {0.7, 0.5, 0.6488895108, 0.7071067812},
                        {0.7, 0.9, 0.8705766337, 0.9486832981},
                        {1, 0.5, 0.6222741670, 0.7071067812},
                        {0.4, 0.9, 0.9048768425, 0.9486832981}}) {
    for (const bool ahead : {false, true}) {
      const OuterStep outer{.step_size = step_size, .momentum = momentum, .nesterov = ahead};
      const double rho = radius(f, outer);
      CHECK(rho == doctest::Approx(ahead ? nesterov : heavy_ball).epsilon(1e-9));
      const auto error_after = [&](std::uint64_t rounds) {
        return (run.models(program_of(golden_settings(Mode::plain, outer)), 3 * rounds) - golden::fixed_point()).norm();
      };
      CHECK(error_after(800) < 1e-11);  // which the fixed point's twelve decimals allow
      // In forty rounds the error shrinks by rho⁴⁰, but for the turns of the iterates.
      const double rate = std::pow(error_after(50) / error_after(10), 1.0 / 40);
      CHECK(std::abs(rate / rho - 1) < 0.05);
    }
  }
}

/// Whether x, x²/2 on every node from x = 1, shrinks in 3000 rounds of one step each, in which (outer step size) b is
/// `step`. Near the threshold a change of 2 % of it turns a factor below 1 into one above 1.
bool is_stable(Mode mode, NodeId nodes, double step, double momentum) {
  const testing::DiagonalQuadratics f{MatrixXd::Ones(1, nodes), MatrixXd::Zero(1, nodes)};
  const Mixing w = testing::complete(nodes);
  testing::Cluster cluster{{.mixing = w, .objective = f, .initial = MatrixXd::Ones(1, nodes)}};
  const DiLoCo settings{.step_size = 0.5,  // b = 1/2
                        .averaging_period = 1,
                        .outer = OuterStep{.step_size = 2 * step, .momentum = momentum, .nesterov = true},
                        .mode = mode};
  cluster.run(program_of(settings), {.node_steps = 3000});
  return std::abs(cluster.models()(0, 0)) < 1;
}

TEST_CASE("Delayed and eager outer steps need smaller step sizes than those at once") {
  struct Row {
    Mode mode;
    NodeId nodes;
    double momentum, threshold;
  };
  for (const auto& [mode, nodes, momentum, threshold] : std::vector<Row>{{Mode::plain, 2, 0, 2},
                                                                         {Mode::plain, 2, 0.5, 1.5},
                                                                         {Mode::plain, 2, 0.9, 1.3571428571},
                                                                         {Mode::eager, 4, 0, 4.0 / 3},
                                                                         {Mode::eager, 4, 0.5, 0.7658271099},
                                                                         {Mode::eager, 4, 0.9, 0.4159738692},
                                                                         {Mode::eager, 16, 0, 16.0 / 15},
                                                                         {Mode::eager, 16, 0.5, 0.6019752436},
                                                                         {Mode::eager, 16, 0.9, 0.2838044685},
                                                                         {Mode::delayed, 2, 0, 1},
                                                                         {Mode::delayed, 2, 0.5, 0.5615528128},
                                                                         {Mode::delayed, 2, 0.9, 0.2531378565}}) {
    const int mode_number = static_cast<int>(mode);
    const double outer_momentum = momentum;
    CAPTURE(mode_number);
    CAPTURE(outer_momentum);
    CHECK(is_stable(mode, nodes, 0.98 * threshold, momentum));
    CHECK_FALSE(is_stable(mode, nodes, 1.02 * threshold, momentum));
  }
}

TEST_CASE("A plain round takes the steps and the all-reduce; delayed and eager ones the longer of both") {
  const auto steps = [](NodeId, std::uint64_t) { return Seconds{10ms}; };
  for (const Seconds all_reduce : {Seconds{5ms}, Seconds{100ms}}) {
    const auto end = [&](Mode mode) {
      return testing::end_of(program_of({.averaging_period = 4, .mode = mode}), 5, 80, steps, all_reduce).count();
    };
    CHECK(end(Mode::plain) == doctest::Approx(20 * (Seconds{40ms} + all_reduce).count()));
    for (const Mode mode : {Mode::delayed, Mode::eager})
      CHECK(end(mode) == doctest::Approx((Seconds{40ms} + 19 * std::max(Seconds{40ms}, all_reduce)).count()));
  }
}

}  // namespace
}  // namespace gossamer::diloco_test
