#include <cmath>

#include <Eigen/Core>
#include <doctest/doctest.h>

#include "sim/node.hpp"
#include "tests/cluster.hpp"
#include "tests/graphs.hpp"

gossamer::Task local_sgd(gossamer::Node& node);  // the README has it

namespace gossamer {
namespace {

// f_i(x) = x²/2: a step of 0.1 is x ← 0.9 x, eight of them are a round, and the average of equal models changes nothing.
TEST_CASE("The algorithm of the README takes eight steps a round") {
  const Mixing w = testing::ring(3);
  const testing::DiagonalQuadratics objective{Eigen::MatrixXd::Ones(1, 3), Eigen::MatrixXd::Zero(1, 3)};
  testing::Cluster cluster{{.mixing = w, .objective = objective, .initial = Eigen::RowVector3d{1, 1, 1}}};
  cluster.run(local_sgd, {.node_steps = 16});
  CHECK(cluster.models().isApproxToConstant(std::pow(0.9, 16)));
}

}  // namespace
}  // namespace gossamer
