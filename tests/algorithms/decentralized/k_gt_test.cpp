#include "algorithms/decentralized/k_gt.hpp"

#include <doctest/doctest.h>

#include "tests/graphs.hpp"
#include "tests/matrix_form.hpp"

namespace gossamer::k_gt_test {
namespace {

using Eigen::MatrixXd;
using testing::Quadratics;
using testing::SynchronousRun;

constexpr NodeId n = 8;
constexpr Index d = 3;

Program program_of(const KGt& settings) {
  return [=](Node& node) { return k_gt(node, settings); };
}

TEST_CASE("K-GT follows its paper's rule in matrices, on directed graphs, too") {
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  for (const Mixing& mixing : {testing::ring(n), testing::exponential(n), testing::tangle(n)}) {
    const SynchronousRun run{.mixing = mixing, .objective = f, .start = testing::normal_matrix(n, d, 7)};
    const MatrixXd w{mixing.matrix()};
    for (const int steps : {1, 3}) {
      for (const double fraction : {1.0, 0.6}) {
        const double eta = 0.1;
        MatrixXd x = testing::normal_matrix(n, d, 7), c = 0 * x;
        for (std::uint64_t k = 1; k <= 25; ++k) {
          MatrixXd end = x;
          for (int h = 0; h < steps; ++h) end -= eta * (f.gradients(end) + c);
          const MatrixXd z = (x - end) / (steps * eta);
          c += w * z - z;
          x = (w * (x - fraction * steps * eta * z)).eval();
          const KGt settings{.step_size = eta, .local_steps = steps, .communication_step = fraction};
          CHECK(testing::deviation(run.models(program_of(settings), k * static_cast<std::uint64_t>(steps)), x) < 1e-12);
        }
      }
    }
  }
}

TEST_CASE("K-GT converges to the minimum of the sum for every number of local steps") {
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  const MatrixXd minimum = Eigen::VectorXd::Ones(n) * f.minimum();
  for (const Mixing& mixing : {testing::ring(n), testing::tangle(n)}) {
    const SynchronousRun run{.mixing = mixing, .objective = f, .start = testing::normal_matrix(n, d, 7)};
    for (const int steps : {1, 4, 16}) {
      CAPTURE(steps);
      const MatrixXd x = run.models(program_of({.step_size = 0.15 / steps, .local_steps = steps}),
                                    static_cast<std::uint64_t>(800 * steps));
      CHECK(testing::deviation(x, minimum) < 1e-10);
    }
  }
}

}  // namespace
}  // namespace gossamer::k_gt_test
