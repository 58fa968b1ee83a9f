#include "algorithms/periodic/proxskip.hpp"

#include <doctest/doctest.h>

#include "algorithms/periodic/local_sgd.hpp"
#include "tests/cluster.hpp"
#include "tests/graphs.hpp"
#include "tests/matrix_form.hpp"

namespace gossamer::proxskip_test {
namespace {

using Eigen::MatrixXd;
using testing::Quadratics;
using testing::SynchronousRun;

constexpr NodeId n = 6;
constexpr Index d = 3;
constexpr double eta = 0.6;

Program program_of(const ProxSkip& settings) {
  return [=](Node& node) { return proxskip(node, settings); };
}

/// The coin of a step, in runs with the seed 1.
bool is_head(std::uint64_t step, int period) { return Draws{1, Purpose::coin, 0, step}.uniform() < 1.0 / period; }

TEST_CASE("ProxSkip follows its paper's rule: x̂ = x − η (∇ − h), and the mean where the common coin shows heads") {
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  const Mixing ring = testing::ring(n);
  const SynchronousRun run{.mixing = ring, .objective = f, .start = testing::normal_matrix(n, d, 7)};
  for (const int period : {1, 4}) {
    MatrixXd x = testing::normal_matrix(n, d, 7), h = 0 * x;
    for (std::uint64_t t = 0; t < 60; ++t) {
      const MatrixXd ahead = x - eta * (f.gradients(x) - h);
      x = is_head(t, period) ? testing::averaged(ahead) : ahead;
      if (is_head(t, period)) h += 1 / (period * eta) * (x - ahead);
      CHECK(testing::deviation(run.models(program_of({.step_size = eta, .averaging_period = period}), t + 1), x) <
            1e-12);
      CHECK(h.colwise().sum().norm() < 1e-12);
    }
  }
}

TEST_CASE("ProxSkip converges to the minimum of the sum for every H, where local SGD does not") {
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  const Mixing ring = testing::ring(n);
  const SynchronousRun run{.mixing = ring, .objective = f, .start = testing::normal_matrix(n, d, 7)};
  const MatrixXd minimum = Eigen::VectorXd::Ones(n) * f.minimum();
  for (const int period : {1, 4, 16}) {  // the expected error shrinks by 1 − 1/16² in a step, at least
    CAPTURE(period);
    const MatrixXd x = run.models(program_of({.step_size = eta, .averaging_period = period}), 12'000);
    CHECK(testing::deviation(x, minimum) < 1e-10);
  }
  const MatrixXd local =
      run.models([](Node& node) { return local_sgd(node, {.step_size = eta, .averaging_period = 4}); }, 2000);
  CHECK(testing::deviation(local, minimum) > 1e-2);
}

TEST_CASE("Every head is one all-reduce, and tails send nothing") {
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  const Mixing ring = testing::ring(n);
  testing::Cluster cluster{{.mixing = ring, .objective = f}};
  cluster.run(program_of({.averaging_period = 4}), {.node_steps = 500});
  std::uint64_t heads = 0;
  for (std::uint64_t t = 0; t < 500; ++t) heads += is_head(t, 4) ? 1 : 0;
  CHECK(heads > 80);  // 125 are expected, with a standard deviation of 10
  CHECK(heads < 170);
  for (NodeId i = 0; i < n; ++i) CHECK(cluster.counters(i).sent_messages == heads * 2 * (n - 1));  // around a ring
}

}  // namespace
}  // namespace gossamer::proxskip_test
