#include "algorithms/periodic/slowmo.hpp"

#include <doctest/doctest.h>

#include "algorithms/decentralized/d_psgd.hpp"
#include "algorithms/periodic/diloco.hpp"
#include "algorithms/periodic/local_sgd.hpp"
#include "tests/graphs.hpp"
#include "tests/matrix_form.hpp"
#include "tests/outer_golden.hpp"

namespace gossamer::slowmo_test {
namespace {

using Base = SlowMo::Base;
using LocalMomentum = SlowMo::LocalMomentum;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using testing::Quadratics;
using testing::SynchronousRun;
namespace golden = testing::outer_golden;

Program program_of(const SlowMo& settings) {
  return [=](Node& node) { return slowmo(node, settings); };
}

/// Columns sum to one: node 1 sends to 1, 2, 3, node 2 to 2, 3, node 3 to 3, 4, node 4 to 4, 1, equal shares.
Mixing push() {
  SparseMatrix p(4, 4);
  for (const NodeId i : {0, 1, 2}) p.coeffRef(i, 0) = 1.0 / 3;
  for (const NodeId j : {1, 2, 3}) p.coeffRef(j, j) = p.coeffRef((j + 1) % 4, j) = 0.5;
  return Mixing{p, {.stochasticity = Stochasticity::columns}};
}

TEST_CASE("SlowMo gives its golden iterates over local SGD, D-PSGD and SGP") {
  const Quadratics f = golden::objective();
  const Mixing ring = golden::lazy_ring(), shares = push();
  const SynchronousRun on_ring{.mixing = ring, .objective = f, .start = golden::start()};
  const SynchronousRun on_shares{.mixing = shares, .objective = f, .start = golden::start()};
  golden::check("G1", on_ring, program_of({.step_size = 0.1, .local_steps = 3}), 3);
  golden::check("G2", on_ring, program_of({.step_size = 0.1, .local_steps = 2, .slow_period = 2}), 4);
  golden::check("G3", on_ring, program_of({.step_size = 0.1, .base = Base::d_psgd, .local_steps = 1, .slow_period = 3}),
                3);
  golden::check("G4", on_shares, program_of({.step_size = 0.1, .base = Base::sgp, .local_steps = 1, .slow_period = 3}),
                3);
}

constexpr NodeId n = 8;
constexpr Index d = 3;
constexpr double eta = 0.2;

/// The paper's rule in matrices, u in units of gradients. W is the base's matrix; over SGP it is column-stochastic.
MatrixXd expected(const SlowMo& s, const Quadratics& f, const MatrixXd& w, int rounds) {
  testing::LocalRuns local{f, s.step_size.at(0), s.momentum};
  MatrixXd numerators = testing::normal_matrix(n, d, 7), before = numerators, u = 0 * before;
  VectorXd weights = VectorXd::Ones(n);
  for (int k = 1; k <= rounds; ++k) {
    const bool slow = k % s.slow_period == 0;
    const MatrixXd z = numerators.array().colwise() / weights.array();
    const MatrixXd steps = local(z, s.local_steps) - z;
    if (s.base == Base::sgp && !slow) {
      numerators = (w * (numerators + steps)).eval();
      weights = (w * weights).eval();
    } else if (s.base == Base::d_psgd && !(slow && s.exact_average)) {
      numerators = (w * numerators + steps).eval();
    } else {
      numerators = testing::averaged(numerators + steps);
      weights.setOnes();
    }
    if (!slow) continue;
    u = s.slow_momentum * u + (before - numerators) / s.step_size.at(0);
    numerators = before -= s.slow_step_size * s.step_size.at(0) * u;
    if (s.at_slow_step == LocalMomentum::average) local.momentum() = testing::averaged(local.momentum());
    if (s.at_slow_step == LocalMomentum::reset) local.momentum().setZero();
  }
  return numerators.array().colwise() / weights.array();
}

TEST_CASE("SlowMo follows its paper's rule over each base, whatever becomes of the local momentum") {
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  const Mixing doubly = testing::tangle(n),
               columns{testing::unequal_shares(n), {.stochasticity = Stochasticity::columns}};
  for (const Base base : {Base::local_sgd, Base::d_psgd, Base::sgp}) {
    const Mixing& w = base == Base::sgp ? columns : doubly;
    const SynchronousRun run{.mixing = w, .objective = f, .start = testing::normal_matrix(n, d, 7)};
    for (const LocalMomentum at : {LocalMomentum::keep, LocalMomentum::average, LocalMomentum::reset}) {
      for (const bool exact : {true, false}) {
        if (!exact && base != Base::d_psgd) continue;
        for (const int rounds : {1, 2, 3, 25}) {
          const SlowMo settings{.step_size = eta,
                                .base = base,
                                .local_steps = 2,
                                .slow_period = 3,
                                .slow_step_size = 0.8,
                                .slow_momentum = 0.6,
                                .exact_average = exact,
                                .momentum = 0.4,
                                .at_slow_step = at};
          const auto node_steps = static_cast<std::uint64_t>(2 * rounds);
          const int base_number = static_cast<int>(base), at_number = static_cast<int>(at);
          CAPTURE(base_number);
          CAPTURE(at_number);
          CAPTURE(exact);
          CAPTURE(rounds);
          CHECK(testing::deviation(run.models(program_of(settings), node_steps),
                                   expected(settings, f, MatrixXd{w.matrix()}, rounds)) < 1e-12);
        }
      }
    }
  }
}

TEST_CASE("Without slow momentum, SlowMo is its base with exact averages") {
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  const Mixing w = testing::ring(n);
  const SynchronousRun run{.mixing = w, .objective = f, .start = testing::normal_matrix(n, d, 7)};
  CHECK(testing::deviation(
            run.models(program_of({.step_size = eta, .local_steps = 3, .slow_momentum = 0, .momentum = 0.5}), 30),
            run.models(
                [](Node& node) { return local_sgd(node, {.step_size = eta, .averaging_period = 3, .momentum = 0.5}); },
                30)) < 1e-12);
  // D-PSGD in the order adapt while combine, and the mean of all models every fourth round.
  MatrixXd x = testing::normal_matrix(n, d, 7);
  for (int k = 1; k <= 24; ++k) {
    const MatrixXd steps = eta * f.gradients(x);
    x = k % 4 == 0 ? testing::averaged(x - steps) : MatrixXd{w.matrix() * x - steps};
  }
  const SlowMo settings{.step_size = eta, .base = Base::d_psgd, .local_steps = 1, .slow_period = 4, .slow_momentum = 0};
  CHECK(testing::deviation(run.models(program_of(settings), 24), x) < 1e-12);
}

TEST_CASE("Over D-PSGD on W = 11ᵀ/n, SlowMo at every round is SlowMo over local SGD with H = 1") {
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  const Mixing w = testing::complete(n);
  const SynchronousRun run{.mixing = w, .objective = f, .start = testing::normal_matrix(n, d, 7)};
  CHECK(run.models(program_of({.step_size = eta, .base = Base::d_psgd, .local_steps = 1}), 30) ==
        run.models(program_of({.step_size = eta, .local_steps = 1}), 30));
}

TEST_CASE("Over SGP on a doubly stochastic matrix all weights stay 1: it is D-PSGD that adapts, then combines") {
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  const Mixing w = testing::tangle(n);
  const SynchronousRun run{.mixing = w, .objective = f, .start = testing::normal_matrix(n, d, 7)};
  const SlowMo settings{
      .step_size = eta, .base = Base::sgp, .local_steps = 1, .slow_period = 100, .slow_momentum = 0.5};
  CHECK(testing::deviation(
            run.models(program_of(settings), 60),
            run.models([](Node& node) { return d_psgd(node, {.step_size = eta, .form = DPsgd::Form::atc}); }, 60)) <
        1e-12);
}

TEST_CASE("SlowMo is DiLoCo without look-ahead, and x moves by −α (x − x̄) + β times its last move") {
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  const Mixing w = testing::ring(n);
  const SynchronousRun run{.mixing = w, .objective = f, .start = testing::normal_matrix(n, d, 7)};
  const Program slow = program_of({.step_size = eta, .local_steps = 4, .slow_step_size = 0.7, .slow_momentum = 0.6});
  CHECK(run.models(slow, 100) == run.models(
                                     [](Node& node) {
                                       return diloco(node, {.step_size = eta,
                                                            .averaging_period = 4,
                                                            .outer = OuterStep{.step_size = 0.7, .momentum = 0.6}});
                                     },
                                     100));
  testing::LocalRuns local{f, eta};
  MatrixXd before = testing::normal_matrix(n, d, 7), x = before;
  for (std::uint64_t r = 1; r <= 25; ++r) {
    const MatrixXd next = x - 0.7 * (x - testing::averaged(local(x, 4))) + 0.6 * (x - before);
    before = x;
    x = next;
    CHECK(testing::deviation(run.models(slow, 4 * r), x) < 1e-12);
  }
}

}  // namespace
}  // namespace gossamer::slowmo_test
