#include "sim/learning/models/model_registry.hpp"

#include <algorithm>
#include <memory>
#include <string>

#include <doctest/doctest.h>

#include "tests/sim/learning/random_data.hpp"
#include "tests/temporary_folder.hpp"

using namespace gossamer;

namespace {

template <class Scalar>
std::unique_ptr<Problem<Scalar>> make(const std::string& name, const LearningContext& context,
                                      const Values& given = {}) {
  const auto& all = models<Scalar>();
  const auto entry = std::find_if(all.begin(), all.end(), [&](const auto& e) { return e.name == name; });
  REQUIRE(entry != all.end());
  Values values = defaults(entry->settings);
  for (const auto& [key, value] : given) values[key] = value;
  return entry->make(values, context);
}

LearningContext context_with(int classes) {
  return {.nodes = 3, .data = random_dataset(4, 30, 0, classes), .partition = dealt_partition(30, 3)};
}

}  // namespace

TEST_CASE("Both scalar types offer the same models, each of which can be built and differentiated") {
  REQUIRE(models<float>().size() == models<double>().size());
  for (const auto& entry : models<double>()) {
    CAPTURE(entry.name);
    if (entry.name == "quadratic_file" || entry.name == "interpolated") continue;
    const auto targets = entry.targets;
    const LearningContext context =
        !targets ? LearningContext{.nodes = 3} : context_with(*targets == Targets::values ? 0 : 2);
    const auto in_double = make<double>(entry.name, context);
    const auto in_float = make<float>(entry.name, context);
    REQUIRE(in_double->dimension() == in_float->dimension());
    const Eigen::VectorXd x = Eigen::VectorXd::Constant(in_double->dimension(), 0.1);
    Eigen::VectorXd g(x.size());
    Workspace workspace;
    in_double->gradient(2, 5, x.data(), g.data(), workspace);
    CHECK(g.allFinite());
    CHECK(g.norm() > 0);
  }
}

TEST_CASE("The registry lists the models that need data, and the kind of targets") {
  const auto targets_of = [](std::string_view model) {
    const auto& all = models<double>();
    return std::find_if(all.begin(), all.end(), [&](const auto& entry) { return entry.name == model; })->targets;
  };
  CHECK(!targets_of("quadratic"));
  CHECK(!targets_of("quadratic_file"));
  CHECK(!targets_of("interpolated"));
  CHECK(targets_of("linear_regression") == Targets::values);
  for (const char* const name : {"logistic_regression", "softmax_regression", "mlp"})
    CHECK(targets_of(name) == Targets::classes);
}

TEST_CASE("A perceptron of zeros has a gradient in its last constants only, and its entry marks this") {
  for (const auto& entry : models<double>()) {
    if (entry.name == "quadratic_file" || entry.name == "interpolated") continue;
    for (const bool deep : {true, false}) {
      Values values = defaults(entry.settings);
      if (values.contains("hidden") && !deep) values["hidden"] = std::vector<std::int64_t>{};
      const auto targets = entry.targets;
      const auto problem = entry.make(
          values, !targets ? LearningContext{.nodes = 3} : context_with(*targets == Targets::values ? 0 : 2));
      const Eigen::VectorXd x = Eigen::VectorXd::Zero(problem->dimension());
      Eigen::VectorXd g(x.size());
      Workspace workspace;
      problem->gradient(0, 0, x.data(), g.data(), workspace);
      const Index last = targets == Targets::classes && values.contains("hidden") ? 2 : 0;  // two classes
      CAPTURE(entry.name);
      CHECK(entry.start(values).leaves_zero == (g.head(g.size() - last).norm() > 0));
    }
  }
}

TEST_CASE("Dimensions are those of the formulas") {
  CHECK(make<double>("quadratic", {.nodes = 3}, {{"dimension", std::int64_t{17}}})->dimension() == 17);
  CHECK(make<double>("linear_regression", context_with(0), {{"intercept", true}})->dimension() == 5);
  CHECK(make<double>("softmax_regression", context_with(7))->dimension() == 7 * 5);
  CHECK(make<double>("mlp", context_with(7), {{"hidden", std::vector<std::int64_t>{6, 9}}})->dimension() ==
        6 * 5 + 9 * 7 + 7 * 10);
}

TEST_CASE("Layers fill the parameters") {
  for (const char* const name : {"softmax_regression", "mlp"}) {
    const auto problem = make<double>(name, context_with(7));
    Index d = 0;
    for (const Layer& layer : problem->layers()) d += layer.outputs * (layer.inputs + 1);
    CHECK(d == problem->dimension());
  }
}

TEST_CASE("The batch size 0, which \"full\" stands for, takes all of a node's samples") {
  const auto problem = make<double>("softmax_regression", context_with(2), {{"batch_size", std::int64_t{0}}});
  CHECK(problem->steps_per_epoch() == 1);
}

TEST_CASE("Models, settings and data that do not match are refused with a sentence") {
  using E = LearningError;
  CHECK(message_of<E>([] { make<float>("mlp", {.nodes = 3}); }) == "mlp: needs data and a partition of them");
  LearningContext context = context_with(2);
  context.nodes = 4;
  CHECK(message_of<E>([&] { make<float>("mlp", context); }) == "mlp: the partition is for 3 nodes, expected 4");
  CHECK(message_of<E>([] {
          make<float>("quadratic", {.nodes = 3}, {{"mu", 2.0}});
        }) == "quadratic: L is 1, below mu, which is 2");
  const TemporaryFolder folder;
  LearningContext files{.nodes = 2};
  files.resolve = [&](const std::string& name) { return folder.path() / name; };
  const auto path = folder.write("q.json", R"({"A": [[[1]]], "b": [[1]]})");
  CHECK(message_of<E>([&] {
          make<float>("quadratic_file", files, {{"path", std::string{"q.json"}}});
        }) == path.string() + ": /A: 1 matrices, expected one for each of 2 nodes");
  const auto points = folder.write("p.json", R"({"mu": 0, "L": 1, "nodes": [{"x": [[0]], "g": [[1]], "f": [0]}]})");
  CHECK(message_of<E>([&] {
          make<float>("interpolated", files, {{"path", std::string{"p.json"}}});
        }) == points.string() + ": /nodes: points of 1 nodes, expected those of 2");
}
