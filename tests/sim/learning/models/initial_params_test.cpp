#include "sim/learning/models/initial_params.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include <doctest/doctest.h>

#include "tests/sim/learning/matrix_files.hpp"
#include "tests/sim/learning/random_data.hpp"
#include "tests/temporary_folder.hpp"

using namespace gossamer;

namespace {

using gossamer::testing::write_matrix;

InitialParams make(const std::string& name, const InitialContext& context, const Values& given = {}) {
  const auto& all = initializations();
  const auto entry = std::find_if(all.begin(), all.end(), [&](const auto& e) { return e.name == name; });
  REQUIRE(entry != all.end());
  Values values = defaults(entry->settings);
  for (const auto& [key, value] : given) values[key] = value;
  return entry->make(values, context);
}

template <class Scalar = double>
Eigen::Matrix<Scalar, Eigen::Dynamic, 1> filled(const InitialParams& params, Index d, NodeId node) {
  Eigen::Matrix<Scalar, Eigen::Dynamic, 1> x(d);
  params.fill(node, x.data());
  return x;
}

/// Six deviations of the root mean square of `count` normal draws of deviation `expected`.
void check_deviation(const Eigen::VectorXd& x, double expected) {
  const double rms = x.norm() / std::sqrt(static_cast<double>(x.size()));
  CHECK(std::abs(rms / expected - 1) < 6 / std::sqrt(2 * static_cast<double>(x.size())));
}

}  // namespace

TEST_CASE("Zeros are zero and shared") {
  const InitialParams params = make("zeros", {.dimension = 5, .nodes = 3});
  CHECK(params.shared());
  CHECK(params.zero());
  CHECK(make("normal", {.dimension = 5, .nodes = 3}, {{"stddev", 0.0}}).zero());
  CHECK(!make("normal", {.dimension = 5, .nodes = 3}, {{"stddev", 1.0}}).zero());
  CHECK(filled(params, 5, 2) == Eigen::VectorXd::Zero(5));
}

TEST_CASE("Normal parameters have the given deviation, and are common unless drawn per node") {
  const InitialContext context{.dimension = 10'000, .nodes = 3, .seed = 4};
  const InitialParams common = make("normal", context, {{"stddev", 0.5}});
  CHECK(common.shared());
  CHECK(filled(common, 10'000, 0) == filled(common, 10'000, 2));
  check_deviation(filled(common, 10'000, 0), 0.5);
  const InitialParams own = make("normal", context, {{"stddev", 0.5}, {"per_node", true}});
  CHECK(!own.shared());
  CHECK(filled(own, 10'000, 0) != filled(own, 10'000, 2));
  CHECK(filled(own, 10'000, 2) == filled(own, 10'000, 2));
  CHECK(filled<float>(own, 10'000, 2) == filled(own, 10'000, 2).cast<float>());
}

TEST_CASE("He and Glorot scale each layer's weights and leave biases at zero") {
  const InitialContext context{.dimension = 80 * 50 + 50 + 50 * 70 + 70,
                               .nodes = 1,
                               .layers = {{.inputs = 80, .outputs = 50}, {.inputs = 50, .outputs = 70}}};
  const Eigen::VectorXd he = filled(make("he", context), context.dimension, 0);
  check_deviation(he.head(4000), std::sqrt(2.0 / 80));
  CHECK(he.segment(4000, 50) == Eigen::VectorXd::Zero(50));
  check_deviation(he.segment(4050, 3500), std::sqrt(2.0 / 50));
  CHECK(he.tail(70) == Eigen::VectorXd::Zero(70));
  const Eigen::VectorXd glorot = filled(make("glorot", context), context.dimension, 0);
  check_deviation(glorot.head(4000), std::sqrt(2.0 / 130));
  check_deviation(glorot.segment(4050, 3500), std::sqrt(2.0 / 120));
  CHECK(message_of<InputError>([] { make("he", {.dimension = 5, .nodes = 1}); }) ==
        "he: the model has no layers, expected softmax_regression or mlp");
}

TEST_CASE("A file gives one vector for all nodes, or a row for each") {
  const TemporaryFolder folder;
  InitialContext context{.dimension = 4, .nodes = 3};
  context.resolve = [&](const std::string& name) { return folder.path() / name; };
  const Eigen::MatrixXd rows = random_matrix(3, 4, 1);
  write_matrix(folder.path() / "rows.npy", rows);
  const InitialParams own = make("file", context, {{"path", std::string{"rows.npy"}}});
  CHECK(!own.shared());
  for (NodeId i = 0; i < 3; ++i) CHECK(filled(own, 4, i) == rows.row(i).transpose());
  const Eigen::MatrixXd vector = random_matrix(4, 1, 2);
  write_matrix(folder.path() / "vector.npy", vector);
  const InitialParams common = make("file", context, {{"path", std::string{"vector.npy"}}});
  CHECK(common.shared());
  CHECK(filled(common, 4, 2) == vector.col(0));
  write_matrix(folder.path() / "wrong.npy", random_matrix(3, 5, 1));
  CHECK(message_of<InputError>([&] {
          make("file", context, {{"path", std::string{"wrong.npy"}}});
        }) == (folder.path() / "wrong.npy").string() + ": shape is 3 × 5, expected 4 (d) or 3 × 4 (nodes × d)");
}
