#include "algorithms/periodic/cocod_sgd.hpp"

#include <doctest/doctest.h>

#include "tests/graphs.hpp"
#include "tests/matrix_form.hpp"
#include "tests/overlapped_times.hpp"

namespace gossamer::cocod_sgd_test {
namespace {

using namespace std::chrono_literals;
using Eigen::MatrixXd;
using Eigen::RowVectorXd;
using testing::Quadratics;

constexpr NodeId n = 6;
constexpr Index d = 3;
constexpr double eta = 0.2;

MatrixXd after(const CocodSgd& settings, const Quadratics& f, std::uint64_t node_steps) {
  const Mixing w = testing::ring(n);
  const testing::SynchronousRun run{.mixing = w, .objective = f, .start = testing::normal_matrix(n, d, 7)};
  return run.models([=](Node& node) { return cocod_sgd(node, settings); }, node_steps);
}

TEST_CASE("CoCoD-SGD adds the steps of a period to the mean that was started before them") {
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  for (const double momentum : {0.0, 0.6}) {
    for (const bool longer : {false, true}) {
      testing::LocalRuns local{f, eta, momentum};
      MatrixXd x = testing::normal_matrix(n, d, 7), sent;
      for (int s = 1; s <= 25; ++s) {
        x = local(x, s == 1 && longer ? 4 : 3);
        if (s > 1) x = (testing::averaged(sent) + (x - sent)).eval();
        sent = x;
        const CocodSgd settings{
            .step_size = eta, .averaging_period = 3, .momentum = momentum, .longer_first_period = longer};
        const auto steps = static_cast<std::uint64_t>(3 * s + (longer ? 1 : 0));
        CHECK(testing::deviation(after(settings, f, steps), x) < 1e-12);
      }
    }
  }
}

TEST_CASE("The mean of all models follows the mean gradient at the models of the period") {
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  const CocodSgd settings{.step_size = eta, .averaging_period = 4};
  for (std::uint64_t s = 1; s < 12; ++s) {
    MatrixXd x = after(settings, f, 4 * s);
    RowVectorXd mean = x.colwise().mean();
    for (int h = 0; h < 4; ++h) {
      mean -= eta * f.gradients(x).colwise().mean();
      x -= eta * f.gradients(x);
    }
    CHECK((after(settings, f, 4 * (s + 1)).colwise().mean() - mean).norm() < 1e-13);
  }
}

TEST_CASE("Without gradients the second boundary makes all models equal") {
  const Quadratics flat{std::vector<MatrixXd>(n, MatrixXd::Zero(d, d)), MatrixXd::Zero(n, d)};
  const MatrixXd start = testing::normal_matrix(n, d, 7);
  CHECK(after({.averaging_period = 2}, flat, 2) == start);
  CHECK(testing::deviation(after({.averaging_period = 2}, flat, 4), testing::averaged(start)) < 1e-15);
}

TEST_CASE("A period lasts the longer of its steps and the all-reduce, and absorbs stragglers") {
  const Program program = [](Node& node) { return cocod_sgd(node, {.averaging_period = 4}); };
  const auto steps = [](NodeId, std::uint64_t) { return Seconds{10ms}; };
  for (const Seconds all_reduce : {Seconds{5ms}, Seconds{100ms}})
    CHECK(testing::end_of(program, 5, 80, steps, all_reduce).count() ==
          doctest::Approx((Seconds{40ms} + 19 * std::max(Seconds{40ms}, all_reduce)).count()));
  CHECK(testing::end_of(program, 16, 800, testing::exponential_step, 500ms).count() ==
        doctest::Approx(testing::overlapped_end(16, 4, 200, testing::exponential_step, 500ms).count()).epsilon(1e-9));
}

}  // namespace
}  // namespace gossamer::cocod_sgd_test
