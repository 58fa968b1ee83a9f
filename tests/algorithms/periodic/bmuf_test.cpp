#include "algorithms/periodic/bmuf.hpp"

#include <doctest/doctest.h>

#include "algorithms/periodic/slowmo.hpp"
#include "tests/graphs.hpp"
#include "tests/matrix_form.hpp"

namespace gossamer::bmuf_test {
namespace {

using Eigen::MatrixXd;
using testing::Quadratics;

constexpr NodeId n = 6;
constexpr Index d = 3;
constexpr double eta = 0.2;

TEST_CASE("BMUF follows its paper's rule, with classical block momentum and with Nesterov's") {
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  const Mixing ring = testing::ring(n);
  const testing::SynchronousRun run{.mixing = ring, .objective = f, .start = testing::normal_matrix(n, d, 7)};
  for (const bool nesterov : {false, true}) {
    const Bmuf settings{.step_size = eta,
                        .averaging_period = 3,
                        .block_step_size = 0.9,
                        .block_momentum = 0.7,
                        .nesterov = nesterov,
                        .optimizer = Sgd::Settings{.momentum = 0.4}};
    testing::LocalRuns local{f, eta, 0.4};
    MatrixXd w = testing::normal_matrix(n, d, 7), g = w, delta = 0 * w;
    for (std::uint64_t block = 1; block <= 25; ++block) {
      delta = (0.7 * delta + 0.9 * (testing::averaged(local(g, 3)) - g)).eval();
      w += delta;
      g = nesterov ? MatrixXd{w + 0.7 * delta} : w;
      const MatrixXd x = run.models([=](Node& node) { return bmuf(node, settings); }, 3 * block);
      CHECK(testing::deviation(x, g) < 1e-12);
    }
  }
}

TEST_CASE("With classical block momentum BMUF is SlowMo over local SGD") {
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  const Mixing ring = testing::ring(n);
  const testing::SynchronousRun run{.mixing = ring, .objective = f, .start = testing::normal_matrix(n, d, 7)};
  CHECK(run.models([](Node& node) { return bmuf(node, {.averaging_period = 4, .block_momentum = 0.8}); }, 40) ==
        run.models([](Node& node) { return slowmo(node, {.local_steps = 4, .slow_momentum = 0.8}); }, 40));
}

}  // namespace
}  // namespace gossamer::bmuf_test
