#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include "my_algorithm.hpp"
#include "tests/cluster.hpp"
#include "tests/graphs.hpp"

namespace own {
using namespace gossamer;
namespace {

// f_0(x) = x²/2 and f_1(x) = x²/2 − x, from x = 0. A step of 0.5 halves the distance of each node to its own minimum, 0 or 1;
// both nodes then have the mean. Two steps a round: x ← x/4 at node 0 and 1 − (1 − x)/4 at node 1, so x ← x/4 + 3/8, which
// is 3/8 after one round and 15/32 after two.
TEST_CASE("Two nodes with two local steps follow their recurrence") {
  const Mixing w = testing::complete(2);
  const testing::DiagonalQuadratics objective{Eigen::RowVector2d{1, 1}, Eigen::RowVector2d{0, 1}};
  testing::Cluster cluster{{.mixing = w, .objective = objective}};
  cluster.run([](Node& node) { return my_algorithm(node, {.step_size = 0.5, .local_steps = 2}); }, {.node_steps = 4});
  CHECK(cluster.models()(0, 0) == 15.0 / 32);
  CHECK(cluster.models()(0, 1) == 15.0 / 32);
}

}  // namespace
}  // namespace own
