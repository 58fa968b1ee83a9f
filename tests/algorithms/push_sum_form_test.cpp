#include <cstddef>
#include <functional>
#include <vector>

#include <doctest/doctest.h>

#include "algorithms/decentralized/d_psgd.hpp"
#include "algorithms/decentralized/overlap_sgp.hpp"
#include "algorithms/decentralized/sgp.hpp"
#include "tests/graphs.hpp"
#include "tests/matrix_form.hpp"

// Stochastic gradient push, with and without delay, held against its matrix form: numerators X and weights w, of which
// node j keeps p_jj and gives p_ij to node i; models are the rows of X over w.
namespace gossamer::push_sum_form_test {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using testing::Directions;
using testing::Quadratics;

constexpr NodeId n = 8;
constexpr Index d = 3;
constexpr double eta = 0.2;

using Shares = std::function<MatrixXd(std::size_t)>;  ///< P(k)

MatrixXd ratio(const MatrixXd& x, const VectorXd& w) { return x.array().colwise() / w.array(); }

/// Numerators and weights on nodes and in flight.
struct Sums {
  MatrixXd held;
  VectorXd weights;
  MatrixXd in_flight;
  VectorXd weights_in_flight;

  MatrixXd models() const { return ratio(held, weights); }
};

/// `rounds` rounds of `overlap` steps each. Shares sent in round k are added in round k + 1, or, if `delay` is 0, in
/// round k itself. `moved` is the sum that gradients have added to the sum of numerators.
Sums push_sum_form(const Quadratics& f, const Shares& shares, const MatrixXd& start, LocalSteps local, int rounds,
                   int overlap, int delay, Eigen::RowVectorXd* moved = nullptr) {
  Directions direction{f, eta, local};
  Sums sums{start, VectorXd::Ones(n), MatrixXd::Zero(n, d), VectorXd::Zero(n)};
  for (int k = 0; k < rounds; ++k) {
    for (int step = 0; step < overlap; ++step) {
      const MatrixXd change = eta * direction(sums.models());
      sums.held -= change;
      if (moved) *moved -= change.colwise().sum();
    }
    const MatrixXd p = shares(static_cast<std::size_t>(k)), kept = p.diagonal().asDiagonal(), given = p - kept;
    const MatrixXd x = given * sums.held;
    const VectorXd w = given * sums.weights;
    sums.held = (kept * sums.held + (delay == 0 ? x : sums.in_flight)).eval();
    sums.weights = (kept * sums.weights + (delay == 0 ? w : sums.weights_in_flight)).eval();
    if (delay > 0) {
      sums.in_flight = x;
      sums.weights_in_flight = w;
    }
  }
  return sums;
}

const MixingPromise columns_alone{.stochasticity = Stochasticity::columns};

/// Directed rounds whose nodes keep and give unequal shares, so that weights differ from 1; columns alone sum to 1.
testing::Cycle tangled_rounds() {
  const SparseMatrix shares = testing::unequal_shares(n);
  const SparseMatrix others = testing::tangle(n).matrix() * shares;
  return testing::Cycle{{Mixing{shares, columns_alone}, testing::exponential(n), Mixing{others, columns_alone}}};
}

Mixing mean_of(const testing::Cycle& rounds) {
  SparseMatrix mean(n, n);
  for (std::uint64_t k = 0; k < *rounds.period(); ++k)
    mean += rounds.round(k)->matrix() / static_cast<double>(*rounds.period());
  return Mixing{mean, columns_alone};
}

TEST_CASE("Stochastic gradient push follows its matrix form, in rounds that change, too") {
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  const MatrixXd start = testing::normal_matrix(n, d, 7);
  const testing::Cycle schedule = tangled_rounds();
  const Mixing w = mean_of(schedule);
  const testing::SynchronousRun run{.mixing = w, .objective = f, .start = start, .schedule = &schedule};
  const Shares shares = [&](std::size_t k) { return MatrixXd{schedule.round(k)->matrix()}; };
  for (const LocalSteps local : {LocalSteps{}, LocalSteps{.steps = 3, .momentum = 0.5, .nesterov = true}}) {
    for (const int rounds : {1, 2, 25}) {
      CAPTURE(rounds);
      const MatrixXd x = run.models([=](Node& node) { return sgp(node, {.step_size = eta, .local = local}); },
                                    static_cast<std::uint64_t>(rounds * local.steps));
      CHECK(testing::deviation(x, push_sum_form(f, shares, start, local, rounds, 1, 0).models()) < 1e-12);
    }
  }
}

TEST_CASE("On doubly stochastic matrices stochastic gradient push is D-PSGD that adapts, then combines") {
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  const Mixing w = testing::tangle(n);
  const testing::SynchronousRun run{.mixing = w, .objective = f, .start = testing::normal_matrix(n, d, 7)};
  const MatrixXd pushed = run.models([](Node& node) { return sgp(node, {.step_size = eta}); }, 200);
  const MatrixXd averaged =
      run.models([](Node& node) { return d_psgd(node, {.step_size = eta, .form = DPsgd::Form::atc}); }, 200);
  CHECK(testing::deviation(pushed, averaged) < 1e-12);
}

TEST_CASE("Overlap SGP follows its delayed matrix form, whose sums include shares in flight") {
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  const MatrixXd start = testing::normal_matrix(n, d, 7);
  const testing::Cycle schedule = tangled_rounds();
  const Mixing w = mean_of(schedule);
  const testing::SynchronousRun run{.mixing = w, .objective = f, .start = start, .schedule = &schedule};
  const Shares shares = [&](std::size_t k) { return MatrixXd{schedule.round(k)->matrix()}; };
  for (const int overlap : {1, 3}) {
    for (const int local_steps : {1, 2}) {
      for (const int rounds : {1, 2, 25}) {
        CAPTURE(overlap);
        CAPTURE(rounds);
        const LocalSteps local{.steps = local_steps};
        Eigen::RowVectorXd moved = Eigen::RowVectorXd::Zero(d);
        const Sums sums = push_sum_form(f, shares, start, local, rounds, overlap, 1, &moved);
        const MatrixXd x = run.models(
            [=](Node& node) { return overlap_sgp(node, {.step_size = eta, .overlap = overlap, .local = local}); },
            static_cast<std::uint64_t>(rounds * overlap * local_steps));
        CHECK(testing::deviation(x, sums.models()) < 1e-12);
        const Eigen::RowVectorXd all = sums.held.colwise().sum() + sums.in_flight.colwise().sum();
        CHECK((all - start.colwise().sum() - moved).norm() < 1e-12);
        CHECK(std::abs(sums.weights.sum() + sums.weights_in_flight.sum() - n) < 1e-13);
        CHECK(sums.weights.sum() < n - 1);  // without the weights in flight the sum is too small
      }
    }
  }
}

TEST_CASE("Without gradients push-sum, delayed or not, converges to the mean of the initial models") {
  // Had a numerator or a weight been lost or counted twice, they would agree on something else.
  const Quadratics flat{std::vector<MatrixXd>(n, MatrixXd::Zero(d, d)), MatrixXd::Zero(n, d)};
  const MatrixXd start = testing::normal_matrix(n, d, 7);
  const testing::Cycle schedule = tangled_rounds();
  const Mixing w = mean_of(schedule);
  const testing::SynchronousRun run{.mixing = w, .objective = flat, .start = start, .schedule = &schedule};
  for (const Program& program : {Program{[](Node& node) { return sgp(node, {}); }},
                                 Program{[](Node& node) { return overlap_sgp(node, {.overlap = 1}); }},
                                 Program{[](Node& node) { return overlap_sgp(node, {.overlap = 3}); }}}) {
    const MatrixXd x = run.models(program, 900);
    CHECK((x.rowwise() - start.colwise().mean()).cwiseAbs().maxCoeff() < 1e-12);
  }
}

}  // namespace
}  // namespace gossamer::push_sum_form_test
