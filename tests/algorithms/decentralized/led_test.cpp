#include "algorithms/decentralized/led.hpp"

#include <doctest/doctest.h>

#include "algorithms/decentralized/exact_diffusion.hpp"
#include "tests/graphs.hpp"
#include "tests/matrix_form.hpp"

namespace gossamer::led_test {
namespace {

using Eigen::MatrixXd;
using testing::Quadratics;
using testing::SynchronousRun;

constexpr NodeId n = 8;
constexpr Index d = 3;

Program program_of(const Led& settings) {
  return [=](Node& node) { return led(node, settings); };
}

TEST_CASE("LED follows its paper's rule in matrices") {
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  const Mixing ring = testing::ring(n);
  const SynchronousRun run{.mixing = ring, .objective = f, .start = testing::normal_matrix(n, d, 7)};
  const MatrixXd lazy = 0.5 * (MatrixXd::Identity(n, n) + MatrixXd{ring.matrix()});
  for (const int steps : {1, 3}) {
    MatrixXd x = testing::normal_matrix(n, d, 7), y = 0 * x;
    for (std::uint64_t k = 1; k <= 25; ++k) {
      MatrixXd phi = x;
      for (int h = 0; h < steps; ++h) phi -= 0.2 * f.gradients(phi) + y / steps;
      x = lazy * phi;
      y += phi - x;
      CHECK(testing::deviation(
                run.models(program_of({.step_size = 0.2, .local_steps = steps}), k * static_cast<std::uint64_t>(steps)),
                x) < 1e-12);
    }
  }
}

TEST_CASE("LED converges to the minimum of the sum for every number of local steps") {
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  const Mixing ring = testing::ring(n);
  const SynchronousRun run{.mixing = ring, .objective = f, .start = testing::normal_matrix(n, d, 7)};
  const MatrixXd minimum = Eigen::VectorXd::Ones(n) * f.minimum();
  for (const int steps : {1, 4, 16}) {
    CAPTURE(steps);
    const MatrixXd x = run.models(program_of({.step_size = 0.4 / steps, .local_steps = steps}),
                                  static_cast<std::uint64_t>(600 * steps));
    CHECK(testing::deviation(x, minimum) < 1e-10);
  }
}

TEST_CASE("With one local step LED is exact diffusion") {
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  const Mixing ring = testing::ring(n);
  const SynchronousRun run{.mixing = ring, .objective = f, .start = testing::normal_matrix(n, d, 7)};
  const MatrixXd x = run.models(program_of({.step_size = 0.2, .local_steps = 1}), 25);
  CHECK(testing::deviation(x, run.models([](Node& node) { return exact_diffusion(node, {.step_size = 0.2}); }, 25)) <
        1e-12);
}

}  // namespace
}  // namespace gossamer::led_test
