#include "algorithms/periodic/local_sgd.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include "algorithms/decentralized/all_reduce_sgd.hpp"
#include "algorithms/periodic/post_local_sgd.hpp"
#include "algorithms/periodic/qsr.hpp"
#include "algorithms/periods/periods.hpp"
#include "algorithms/schedules/schedules.hpp"
#include "tests/graphs.hpp"
#include "tests/matrix_form.hpp"

// Local SGD with momentum, weight decay, schedules and period laws, against dense recursions and published numbers.
namespace gossamer::local_sgd_test {
namespace {

using Eigen::MatrixXd;
using testing::Quadratics;

constexpr NodeId n = 6;
constexpr Index d = 3;

/// The recursion of local SGD, written down a second time: rows of X are models.
MatrixXd dense(const Quadratics& f, MatrixXd x, const LocalSgd& on, const StepSize& eta,
               const std::vector<int>& periods) {
  MatrixXd m = MatrixXd::Zero(x.rows(), x.cols());
  std::uint64_t k = 0;
  const auto averaged = [](const MatrixXd& y) { return MatrixXd{y.colwise().mean().replicate(y.rows(), 1)}; };
  for (const int period : periods) {
    for (int h = 0; h < period; ++h) {
      const MatrixXd gradient = f.gradients(x) + on.weight_decay * x;
      m = on.momentum * m + gradient;
      x -= eta.at(k++) * (on.nesterov ? MatrixXd{gradient + on.momentum * m} : m);
    }
    x = averaged(x);
    if (on.momenta == LocalSgd::Momenta::averaged) m = averaged(m);
    if (on.momenta == LocalSgd::Momenta::reset) m.setZero();
  }
  return x;
}

std::uint64_t sum(const std::vector<int>& periods) {
  std::uint64_t steps = 0;
  for (const int period : periods) steps += static_cast<std::uint64_t>(period);
  return steps;
}

/// The models after these steps, on heterogeneous quadratics.
MatrixXd models(const Program& program, std::uint64_t steps) {
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  const Mixing w = testing::complete(n);
  return testing::SynchronousRun{.mixing = w, .objective = f, .start = testing::normal_matrix(n, d, 7)}.models(program,
                                                                                                               steps);
}

TEST_CASE("Local SGD follows its recursion for 25 periods of a list, with every momentum, decay and schedule") {
  std::vector<int> periods;
  for (int k = 0; k < 25; ++k) periods.push_back(std::vector{1, 2, 5}[static_cast<std::size_t>(std::min(k / 5, 2))]);
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  const StepSize eta = step_size_by(InverseTime{.base = 0.2, .halved_at = 40});
  using enum LocalSgd::Momenta;
  for (const auto momenta : {kept, averaged, reset}) {
    for (const bool nesterov : {false, true}) {
      for (const double decay : {0.0, 0.3}) {
        LocalSgd settings{.step_size = eta,
                          .averaging_period = period_by(PeriodList{.values = {1, 2, 5}, .times = 5}),
                          .momentum = 0.6,
                          .nesterov = nesterov,
                          .weight_decay = decay,
                          .momenta = momenta};
        const MatrixXd x = models([=](Node& node) { return local_sgd(node, settings); }, sum(periods));
        CHECK(testing::deviation(x, dense(f, testing::normal_matrix(n, d, 7), settings, eta, periods)) < 1e-12);
      }
    }
  }
}

TEST_CASE("With period 1, Nesterov's momentum and weight decay are those of one machine with all gradients") {
  // The recursion is linear in x, m and g, so that the mean of the models follows it with the mean gradient.
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  const LocalSgd settings{
      .step_size = 0.1, .averaging_period = 1, .momentum = 0.9, .nesterov = true, .weight_decay = 1e-2};
  MatrixXd x = testing::normal_matrix(n, d, 7).row(0).replicate(n, 1);
  const MatrixXd start = x;
  MatrixXd m = MatrixXd::Zero(1, d);
  for (int k = 0; k < 60; ++k) {
    const MatrixXd gradient = f.gradients(x).colwise().mean() + 1e-2 * x.row(0);
    m = 0.9 * m + gradient;
    x = (x.row(0) - 0.1 * (gradient + 0.9 * m)).replicate(n, 1).eval();
  }
  const Mixing w = testing::complete(n);
  const testing::SynchronousRun run{.mixing = w, .objective = f, .start = start};
  CHECK(testing::deviation(run.models([&](Node& node) { return local_sgd(node, settings); }, 60), x) < 60e-15);
}

TEST_CASE("Post-local SGD is local SGD with period 1 until the switch, bit by bit, and differs from then on") {
  const PostLocalSgd settings{.base = {.step_size = 0.1, .momentum = 0.5}, .periods = {.switch_at = 10, .period = 4}};
  const Program post_local = [=](Node& node) { return post_local_sgd(node, settings); };
  const Program single = [](Node& node) {
    return local_sgd(node, {.step_size = 0.1, .averaging_period = 1, .momentum = 0.5});
  };
  const Program reduced = [](Node& node) {
    return all_reduce_sgd(node, {.step_size = 0.1, .optimizer = Sgd::Settings{.momentum = 0.5}});
  };
  CHECK(models(post_local, 10) == models(single, 10));
  CHECK(testing::deviation(models(post_local, 14), models(single, 14)) > 1e-6);
  // Synchronous SGD averages gradients instead of models. It keeps the differences of the first models.
  const auto mean = [](const MatrixXd& x) { return MatrixXd{x.colwise().mean()}; };
  const MatrixXd start = testing::normal_matrix(n, d, 7).row(0).replicate(n, 1);
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  const Mixing w = testing::complete(n);
  const testing::SynchronousRun run{.mixing = w, .objective = f, .start = start};
  CHECK(testing::deviation(mean(run.models(post_local, 10)), mean(run.models(reduced, 10))) < 1e-14);
}

/// Four nodes with two parameters, from (2, −1).
struct Four {
  Quadratics f{{(MatrixXd(2, 2) << 1, 0.2, 0.2, 0.5).finished(), (MatrixXd(2, 2) << 0.6, -0.1, -0.1, 1.2).finished(),
                (MatrixXd(2, 2) << 1.5, 0.3, 0.3, 0.8).finished(), (MatrixXd(2, 2) << 0.4, 0, 0, 2).finished()},
               (MatrixXd(4, 2) << 1, -0.5, 0.2, 0.8, -0.6, 0.4, 0.5, 1.5).finished()};
  Mixing w = testing::complete(4);

  Eigen::RowVector2d models(const Program& program, std::uint64_t steps) const {
    const testing::SynchronousRun run{.mixing = w, .objective = f, .start = Eigen::RowVector2d{2, -1}.replicate(4, 1)};
    return run.models(program, steps).row(0);
  }
};

TEST_CASE("QSR has the golden models of an independent implementation at each of its averagings") {
  // η = 0.2, 0.1, 0.05 for 8 steps each, α = 0.2: H = 1 eight times, 4, 4, and 16 cut to 8.
  constexpr std::array<std::array<double, 2>, 11> golden{{{1.725, -0.705},
                                                          {1.492225, -0.470875},
                                                          {1.295503125, -0.284772625},
                                                          {1.129485530625, -0.136608846875},
                                                          {0.989557739703, -0.018461566941},
                                                          {0.871754366594, 0.075901130827},
                                                          {0.772679329823, 0.151388289059},
                                                          {0.689432681323, 0.211872337424},
                                                          {0.583380289332, 0.281193564139},
                                                          {0.506728944338, 0.328427740843},
                                                          {0.454093370322, 0.358770745910}}};
  constexpr std::array<std::uint64_t, 11> steps{1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 24};
  const Four four;
  const Qsr settings{.base = {.step_size = step_size_by(StepSizeList{.values = {0.2, 0.1, 0.05}, .every = 8})},
                     .periods = {.growth = 0.2, .total_steps = 24}};
  for (std::size_t k = 0; k < golden.size(); ++k) {
    const Eigen::RowVector2d x = four.models([=](Node& node) { return qsr(node, settings); }, steps[k]);
    CHECK((x - Eigen::RowVector2d{golden[k][0], golden[k][1]}).cwiseAbs().maxCoeff() < 1e-12);
  }
}

TEST_CASE("QSR with a constant step size is local SGD with H = (α/η)², bit by bit") {
  const Qsr settings{.base = {.step_size = 0.125}, .periods = {.growth = 0.25}};
  CHECK(models([=](Node& node) { return qsr(node, settings); }, 20) ==
        models([](Node& node) { return local_sgd(node, {.step_size = 0.125, .averaging_period = 4}); }, 20));
}

TEST_CASE("On quadratics with equal curvature and equal noise the mean model does not depend on the periods") {
  // x̄ ← (1 − ηλ) x̄ − η mean(noise), whatever the averaging times are: the noise of a step has an address.
  constexpr Index dimension = 5;
  const testing::DiagonalQuadratics objective{MatrixXd::Constant(dimension, n, 0.2), MatrixXd::Zero(dimension, n), 1};
  const Mixing w = testing::complete(n);
  const auto mean = [&](const AveragingPeriod& period) {
    const testing::SynchronousRun run{.mixing = w, .objective = objective, .start = MatrixXd::Zero(n, dimension)};
    const LocalSgd settings{.step_size = 0.1, .averaging_period = period};
    return MatrixXd{run.models([=](Node& node) { return local_sgd(node, settings); }, 96).colwise().mean()};
  };
  const MatrixXd expected = mean(1);
  CHECK(expected.norm() > 0.01);
  for (const int period : {2, 8, 32}) CHECK(testing::deviation(mean(period), expected) < 1e-14);
  CHECK(testing::deviation(mean(period_by(PostLocalPeriod{.switch_at = 32, .period = 16})), expected) < 1e-14);
}

}  // namespace
}  // namespace gossamer::local_sgd_test
