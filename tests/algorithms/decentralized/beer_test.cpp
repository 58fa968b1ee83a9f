#include "algorithms/decentralized/beer.hpp"

#include <memory>

#include <doctest/doctest.h>

#include "sim/compression/top_k.hpp"
#include "tests/codecs.hpp"
#include "tests/graphs.hpp"
#include "tests/matrix_form.hpp"

namespace gossamer::beer_test {
namespace {

using Eigen::MatrixXd;
using testing::Quadratics;
using testing::SynchronousRun;

constexpr NodeId n = 8;
constexpr Index d = 4;

Program program_of(const Beer& settings) {
  return [=](Node& node) { return beer(node, settings); };
}

/// Q keeps the larger half of the coordinates of each row.
MatrixXd larger_half(const MatrixXd& x) {
  MatrixXd result = 0 * x;
  for (Index i = 0; i < x.rows(); ++i) {
    for (int kept = 0; kept < 2; ++kept) {
      Index place = 0;
      (x.row(i) - result.row(i)).cwiseAbs().maxCoeff(&place);
      result(i, place) = x(i, place);
    }
  }
  return result;
}

TEST_CASE("BEER follows its paper's rule in matrices, with and without compression") {
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  const double gamma = 0.4, eta = 0.1;
  for (const Mixing& mixing : {testing::ring(n), testing::tangle(n)}) {
    const SynchronousRun run{.mixing = mixing, .objective = f, .start = testing::normal_matrix(n, d, 7)};
    const MatrixXd laplacian = MatrixXd{mixing.matrix()} - MatrixXd::Identity(n, n);
    for (const bool compressed : {false, true}) {
      CAPTURE(compressed);
      const auto codec = compressed ? std::make_shared<TopK>(TopK::Settings{.fraction = 0.5}) : nullptr;
      const auto q = [&](const MatrixXd& y) { return compressed ? larger_half(y) : y; };
      MatrixXd x = testing::normal_matrix(n, d, 7), h = 0 * x, g = 0 * x, v = f.gradients(x);
      for (std::uint64_t k = 1; k <= 25; ++k) {
        const MatrixXd before = f.gradients(x);
        x += gamma * laplacian * h - eta * v;
        h += q(x - h);
        CHECK(testing::deviation(
                  run.models(program_of({.step_size = eta, .consensus_step = gamma, .compressor = codec}), k), x) <
              1e-12);
        v += gamma * laplacian * g + f.gradients(x) - before;
        g += q(v - g);
      }
    }
  }
}

TEST_CASE("BEER converges to the minimum of the sum, through contractive compressors, too") {
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  const MatrixXd minimum = Eigen::VectorXd::Ones(n) * f.minimum();
  const Mixing ring = testing::ring(n);
  const SynchronousRun run{.mixing = ring, .objective = f, .start = testing::normal_matrix(n, d, 7)};
  for (const std::shared_ptr<const Codec>& codec :
       {std::shared_ptr<const Codec>{}, std::shared_ptr<const Codec>{std::make_shared<testing::Scaling>(0.5)},
        std::shared_ptr<const Codec>{std::make_shared<TopK>(TopK::Settings{.fraction = 0.5})}}) {
    const MatrixXd x = run.models(program_of({.step_size = 0.1, .consensus_step = 0.3, .compressor = codec}), 3000);
    CHECK(testing::deviation(x, minimum) < 1e-10);
  }
}

}  // namespace
}  // namespace gossamer::beer_test
