#include "algorithms/periodic/easgd.hpp"

#include <doctest/doctest.h>

#include "tests/cluster.hpp"
#include "tests/graphs.hpp"
#include "tests/matrix_form.hpp"

// Elastic averaging against dense linear algebra.
namespace gossamer::easgd_test {
namespace {

using Eigen::MatrixXd;
using Eigen::RowVectorXd;
using testing::Cluster;

constexpr NodeId n = 6;
constexpr Index d = 3;

TEST_CASE("Twenty-five rounds are those of the recursion") {
  constexpr double eta = 0.2, rho = 0.8;
  constexpr int period = 3;
  const auto f = testing::heterogeneous_quadratics(n, d);
  const Mixing w = testing::ring(n);
  Cluster cluster{{.mixing = w, .objective = f, .initial = MatrixXd::Constant(d, n, 2.0)}};
  cluster.run([](Node& node) { return easgd(node, {.step_size = eta, .period = period, .pull = rho}); },
              {.node_steps = 25 * period});
  MatrixXd x = MatrixXd::Constant(n, d, 2.0);
  RowVectorXd z = RowVectorXd::Constant(d, 2.0);
  for (int round = 0; round < 25; ++round) {
    for (int h = 0; h < period; ++h) x -= eta * f.gradients(x);
    const MatrixXd old = x;
    x -= rho / n * (old.rowwise() - z);
    z += rho / n * (old.rowwise() - z).colwise().sum();
  }
  const MatrixXd seen = cluster.models().transpose();
  for (Index i = 0; i < n; ++i) CHECK((seen.row(i) - z).norm() < 1e-12 * z.norm());
}

}  // namespace
}  // namespace gossamer::easgd_test
