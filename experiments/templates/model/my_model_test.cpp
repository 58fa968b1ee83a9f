#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <memory>

#include <doctest/doctest.h>

#include "my_model.hpp"

namespace own {
using namespace gossamer;
namespace {

// Node 0 has the sample a = 1, y = 1/2, and node 1 has a = 2, y = 3. At x = 0 the residuals are −1/2 and −3, so the losses are
// (1/2)²/2 = 1/8 and 3 − 1/2 = 5/2, with the mean 21/16; the gradients a ℓ'(r) are −1/2 and 2 · (−1) = −2.
TEST_CASE("Loss and gradients are those of Huber's loss, near and far") {
  Dataset data;
  data.train.dense = Eigen::RowVector2d{1, 2};
  data.train.labels = Eigen::Vector2d{0.5, 3};
  const LearningContext context{.nodes = 2,
                                .data = std::make_shared<const Dataset>(data),
                                .partition = std::make_shared<const Partition>(Partition{{{0}, {1}}})};
  const auto problem = my_model<double>({.batch_size = 1}, context);
  const double x = 0;
  CHECK(problem->evaluate(&x, {}).train_loss == doctest::Approx(21.0 / 16));
  Workspace workspace;
  double g = 0;
  problem->gradient(0, 0, &x, &g, workspace);
  CHECK(g == doctest::Approx(-0.5));
  problem->gradient(1, 0, &x, &g, workspace);
  CHECK(g == doctest::Approx(-2));
}

}  // namespace
}  // namespace own
