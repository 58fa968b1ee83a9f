#include "algorithms/periodic/overlap_local_sgd.hpp"

#include <cmath>

#include <doctest/doctest.h>

#include "algorithms/periodic/local_sgd.hpp"
#include "tests/graphs.hpp"
#include "tests/matrix_form.hpp"
#include "tests/overlapped_times.hpp"

namespace gossamer::overlap_local_sgd_test {
namespace {

using namespace std::chrono_literals;
using Eigen::MatrixXd;
using Eigen::RowVectorXd;
using testing::Quadratics;

constexpr NodeId n = 6;
constexpr Index d = 3;
constexpr double eta = 0.2;

Program program_of(const OverlapLocalSgd& settings) {
  return [=](Node& node) { return overlap_local_sgd(node, settings); };
}

MatrixXd after(const OverlapLocalSgd& settings, const Quadratics& f, std::uint64_t node_steps) {
  const Mixing w = testing::ring(n);
  const testing::SynchronousRun run{.mixing = w, .objective = f, .start = testing::normal_matrix(n, d, 7)};
  return run.models(program_of(settings), node_steps);
}

/// The paper's rule in matrices.
MatrixXd expected(const OverlapLocalSgd& settings, const Quadratics& f, int periods) {
  testing::LocalRuns local{f, settings.step_size.at(0), settings.momentum};
  MatrixXd x = testing::normal_matrix(n, d, 7), z = x, v = 0 * x, started;
  for (int s = 0; s < periods; ++s) {
    x = local(x, settings.averaging_period + (s == 0 && settings.longer_first_period ? 1 : 0));
    if (s > 0) {
      v = settings.anchor_momentum * v + (started - z);
      z += v;
    }
    x = ((1 - settings.pullback) * x + settings.pullback * z).eval();
    started = testing::averaged(x);
  }
  return x;
}

TEST_CASE("Overlap local SGD pulls models to an anchor that is one period old, as in its paper") {
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  for (const double beta : {0.0, 0.7}) {
    for (const double momentum : {0.0, 0.6}) {
      for (const bool longer : {false, true}) {
        const OverlapLocalSgd settings{.step_size = eta,
                                       .averaging_period = 3,
                                       .anchor_momentum = beta,
                                       .momentum = momentum,
                                       .longer_first_period = longer};
        for (const int periods : {1, 2, 25}) {
          const auto steps = static_cast<std::uint64_t>(3 * periods + (longer ? 1 : 0));
          CHECK(testing::deviation(after(settings, f, steps), expected(settings, f, periods)) < 1e-12);
        }
      }
    }
  }
}

TEST_CASE("The effective step size is (1 − α) η: (1 − α) x̄ + α z moves by −(1 − α) η ḡ in every step") {
  // Right after a boundary the next anchor is the mean of the models that were pulled back, so that the sum is x̄.
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  const OverlapLocalSgd settings{.step_size = eta, .averaging_period = 4, .pullback = 0.6, .anchor_momentum = 0};
  for (std::uint64_t s = 1; s < 12; ++s) {
    MatrixXd x = after(settings, f, 4 * s);
    RowVectorXd y = x.colwise().mean();
    for (int h = 0; h < 4; ++h) {
      y -= 0.4 * eta * f.gradients(x).colwise().mean();
      x -= eta * f.gradients(x);
    }
    CHECK((after(settings, f, 4 * (s + 1)).colwise().mean() - y).norm() < 1e-13);
  }
}

TEST_CASE("Without gradients Γ shrinks by (1 − α)² in a period, and the mean stays") {
  const Quadratics flat{std::vector<MatrixXd>(n, MatrixXd::Zero(d, d)), MatrixXd::Zero(n, d)};
  const OverlapLocalSgd settings{.averaging_period = 1, .pullback = 0.6, .anchor_momentum = 0};
  const MatrixXd start = testing::normal_matrix(n, d, 7);
  const double gamma = (start - testing::averaged(start)).squaredNorm();
  for (std::uint64_t s = 1; s < 10; ++s) {  // the first pull is to the own model
    const MatrixXd x = after(settings, flat, s);
    CHECK((x - testing::averaged(x)).squaredNorm() ==
          doctest::Approx(gamma * std::pow(0.4, 2.0 * static_cast<double>(s - 1))).epsilon(1e-12));
    CHECK((testing::averaged(x) - testing::averaged(start)).norm() < 1e-14);
  }
}

TEST_CASE("With α = 0 every node computes SGD alone") {
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  testing::LocalRuns alone{f, eta};
  const MatrixXd x = after({.step_size = eta, .averaging_period = 3, .pullback = 0}, f, 12);
  CHECK(testing::deviation(x, alone(testing::normal_matrix(n, d, 7), 12)) < 1e-14);
}

TEST_CASE("A period lasts the longer of its steps and the all-reduce") {
  const auto steps = [](NodeId, std::uint64_t) { return Seconds{10ms}; };
  for (const int period : {1, 4}) {
    for (const Seconds all_reduce : {Seconds{5ms}, Seconds{33ms}, Seconds{100ms}}) {
      const Seconds end = testing::end_of(program_of({.averaging_period = period}), 5,
                                          static_cast<std::uint64_t>(20 * period), steps, all_reduce);
      const Seconds work = period * Seconds{10ms};
      CHECK(end.count() == doctest::Approx((work + 19 * std::max(work, all_reduce)).count()));
    }
  }
}

TEST_CASE("One period of slack absorbs stragglers: 16 nodes with exponential steps") {
  // Seconds per step, by its own simulation of the recursion: 2.26, 1.37, 1.10. Blocking: the slowest of 16 sums of H
  // exponential steps and the all-reduce, over H.
  struct Row {
    int period;
    int periods;
    double blocking, overlapped;
  };
  for (const auto& [period, periods, blocking, overlapped] :
       {Row{1, 20'000, 3.88, 2.26}, Row{4, 4000, 2.19, 1.37}, Row{16, 1000, 1.52, 1.10}}) {
    const int local_steps = period;
    CAPTURE(local_steps);
    const double steps = period * periods;
    const auto seconds_per_step = [&, count = static_cast<std::uint64_t>(period * periods)](const Program& program) {
      return testing::end_of(program, 16, count, testing::exponential_step, 500ms).count() / steps;
    };
    const double seen = seconds_per_step(program_of({.averaging_period = period}));
    const double formula = testing::overlapped_end(16, period, periods, testing::exponential_step, 500ms).count();
    CHECK(seen == doctest::Approx(formula / steps).epsilon(1e-9));
    CHECK(std::abs(seen - overlapped) < 0.03);  // periods vary by half of their mean at most: 4 s.e. + rounding
    CHECK(std::abs(seconds_per_step([h = period](Node& node) { return local_sgd(node, {.averaging_period = h}); }) -
                   blocking) < 0.06);
  }
}

}  // namespace
}  // namespace gossamer::overlap_local_sgd_test
