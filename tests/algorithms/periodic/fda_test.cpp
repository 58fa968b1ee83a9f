#include "algorithms/periodic/fda.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "algorithms/periodic/local_sgd.hpp"
#include "sim/numerics/summaries/ams_sketch.hpp"
#include "tests/cluster.hpp"
#include "tests/graphs.hpp"
#include "tests/matrix_form.hpp"

// Federated dynamic averaging: the threshold holds after every step, and the time between two averagings.
namespace gossamer::fda_test {
namespace {

using Eigen::MatrixXd;
using testing::Cluster;
using testing::DiagonalQuadratics;
constexpr NodeId n = 16;

Program program_of(const MonitorChoice& monitor, double threshold) {
  return [=](Node& node) { return fda(node, {.step_size = 0.1, .threshold = threshold, .monitor = monitor}); };
}

const std::vector<MonitorChoice> upper_bounds{NaiveMonitor{}, LinearMonitor{}, ExactMonitor{}, GeometricMonitor{}};
const std::vector<MonitorChoice> all_monitors{NaiveMonitor{}, LinearMonitor{}, SketchMonitor{}, ExactMonitor{},
                                              GeometricMonitor{}};

/// f_i(x) = 0.1 ‖x‖² with noise of variance 1 in each of 2000 coordinates.
DiagonalQuadratics noisy() { return {MatrixXd::Constant(2000, n, 0.2), MatrixXd::Zero(2000, n), 1.0}; }

/// The number of averagings in a run: all-reduces besides one of numbers in every step. A ring takes 2 (n − 1) messages.
std::uint64_t averagings(const MonitorChoice& monitor, double threshold, std::uint64_t steps) {
  const Mixing w = testing::ring(n);
  const auto f = noisy();
  Cluster cluster{{.mixing = w, .objective = f}};
  cluster.run(program_of(monitor, threshold), {.node_steps = steps});
  return cluster.counters(0).sent_messages / (2 * (n - 1)) - steps;
}

TEST_CASE("Models are averaged as often as the growth of their variance implies") {
  // E Var after j steps is share · d s² η² φ(j), φ(j) = (1 − ρ^{2j})/(1 − ρ²), ρ = 1 − η λ = 0.98, d s² η² = 20. The exact
  // variance has the share 15/16; estimates that leave out the mean's own drift have 1.
  const auto interval = [](double share, double threshold) {
    const double rho = 0.98 * 0.98;
    std::uint64_t j = 1;
    while (share * 20 * (1 - std::pow(rho, static_cast<double>(j))) / (1 - rho) <= threshold) ++j;
    return j;
  };
  constexpr std::uint64_t steps = 84;
  CHECK(interval(15.0 / 16, 50) == 3);
  CHECK(interval(15.0 / 16, 200) == 14);
  CHECK(interval(1, 200) == 13);
  for (const MonitorChoice& monitor :
       {MonitorChoice{NaiveMonitor{}}, MonitorChoice{LinearMonitor{}}, MonitorChoice{SketchMonitor{}}}) {
    CAPTURE(monitor.value()->kind);
    CHECK(averagings(monitor, 50, steps) == steps / 3);
  }
  CHECK(averagings(NaiveMonitor{}, 200, steps) == steps / 13);
  CHECK(averagings(LinearMonitor{}, 200, steps) == steps / 13);
  CHECK(averagings(LinearMonitor{}, 800, steps) == 0);  // the variance stays below 473.5
  CHECK(averagings(SketchMonitor{}, 800, steps) == 0);
}

/// Checks (1/n) Σ ‖x_i − x̄‖² whenever a model has been reported.
class Watch final : public Observer {
 public:
  explicit Watch(DataPlane& plane) : plane_{plane} {}
  std::optional<std::string> observe(const Snapshot& snapshot) override {
    const Params mean = plane_.mean(snapshot.models);
    largest_ = std::max(largest_, plane_.consensus_distance(snapshot.models, mean) / n);
    return std::nullopt;
  }
  Next next() const override { return {.at_changes = true}; }
  double largest() const { return largest_; }

 private:
  DataPlane& plane_;
  double largest_ = 0;
};

TEST_CASE("The variance of the models never exceeds the threshold, on any data, if the estimate is an upper bound") {
  const Mixing w = testing::ring(n);
  const auto f = testing::heterogeneous_quadratics(n, 6);
  for (const MonitorChoice& monitor : upper_bounds) {
    CAPTURE(monitor.value()->kind);
    for (const double threshold : {1e-4, 1e-2, 0.1}) {
      Cluster cluster{{.mixing = w, .objective = f}};
      Watch watch{cluster.plane()};
      cluster.run(program_of(monitor, threshold), {.node_steps = 60}, &watch);
      CHECK(watch.largest() <= threshold * (1 + 1e-12));
      CHECK(watch.largest() > 0);
    }
  }
}

/// Checks (1/n) Σ ‖x_i − x̄‖² of two groups of coordinates whenever a model has been reported.
class WatchLayers final : public Observer {
 public:
  WatchLayers(DataPlane& plane, Index first) : plane_{plane}, first_{first} {}
  std::optional<std::string> observe(const Snapshot& snapshot) override {
    MatrixXd x(plane_.dimension(), n);
    for (NodeId i = 0; i < n; ++i) {
      const auto values = plane_.values(snapshot.models[static_cast<std::size_t>(i)]);
      x.col(i) = Eigen::Map<const Eigen::VectorXd>(values.data(), x.rows());
    }
    const MatrixXd deviation = x.colwise() - x.rowwise().mean();
    const double first = deviation.topRows(first_).squaredNorm() / n;
    const double second = deviation.bottomRows(x.rows() - first_).squaredNorm() / n;
    largest_ = largest_.cwiseMax(Eigen::Vector2d{first, second});
    lone_averages_ += (first < 1e-25) != (second < 1e-25);
    return std::nullopt;
  }
  Next next() const override { return {.at_changes = true}; }
  const Eigen::Vector2d& largest() const { return largest_; }
  int lone_averages() const { return lone_averages_; }

 private:
  DataPlane& plane_;
  Index first_;
  Eigen::Vector2d largest_ = Eigen::Vector2d::Zero();
  int lone_averages_ = 0;
};

TEST_CASE("Per layer, each layer keeps its share of the threshold, and is averaged alone") {
  const Mixing w = testing::ring(n);
  const auto f = testing::heterogeneous_quadratics(n, 6);
  const std::vector<Layer> layers{{.inputs = 1, .outputs = 1}, {.inputs = 1, .outputs = 2}};  // 2 and 4 numbers
  for (const MonitorChoice& monitor : upper_bounds) {
    CAPTURE(monitor.value()->kind);
    constexpr double threshold = 0.5;
    Cluster cluster{{.mixing = w, .objective = f, .layers = layers}};
    WatchLayers watch{cluster.plane(), 2};
    const Fda settings{.step_size = 0.1, .threshold = threshold, .per_layer = true, .monitor = monitor};
    cluster.run([&](Node& node) { return fda(node, settings); }, {.node_steps = 60}, &watch);
    CHECK(watch.largest()[0] <= threshold / 3 * (1 + 1e-12));
    CHECK(watch.largest()[1] <= threshold * 2 / 3 * (1 + 1e-12));
    CHECK(watch.largest().minCoeff() > 0);
    // Some node's drift exceeds both thresholds at once; means of drifts do so at different times.
    if (monitor.value()->kind != "geometric") CHECK(watch.lone_averages() > 0);
  }
}

TEST_CASE("Per layer and per model are the same for a model of one layer, in bits and bytes") {
  const Mixing w = testing::ring(n);
  const auto f = testing::heterogeneous_quadratics(n, 6);
  for (const MonitorChoice& monitor : all_monitors) {
    CAPTURE(monitor.value()->kind);
    const auto run = [&](bool per_layer, std::vector<Layer> layers) {
      Cluster cluster{{.mixing = w, .objective = f, .payload = 48, .layers = std::move(layers)}};
      const Fda settings{.step_size = 0.1, .threshold = 0.02, .per_layer = per_layer, .monitor = monitor};
      cluster.run([&](Node& node) { return fda(node, settings); }, {.node_steps = 30});
      return std::pair{cluster.models(), cluster.counters(0).sent_bytes};
    };
    const auto per_model = run(false, {});
    CHECK(run(true, {}) == per_model);
    CHECK(run(true, {{.inputs = 2, .outputs = 2}}) == per_model);
  }
}

TEST_CASE("With threshold zero it is synchronous SGD, and with none every node is alone") {
  const Mixing w = testing::ring(n);
  const auto f = testing::heterogeneous_quadratics(n, 6);
  const auto after = [&](const Program& program) {
    Cluster cluster{{.mixing = w, .objective = f}};
    cluster.run(program, {.node_steps = 25});
    return cluster.models();
  };
  const MatrixXd synchronous =
      after([](Node& node) { return local_sgd(node, {.step_size = 0.1, .averaging_period = 1}); });
  for (const MonitorChoice& monitor : all_monitors) {
    CAPTURE(monitor.value()->kind);
    CHECK(after(program_of(monitor, 0)) == synchronous);
    const MatrixXd alone = after(program_of(monitor, 1e300));
    MatrixXd x = MatrixXd::Zero(n, 6);
    for (int k = 0; k < 25; ++k) x -= 0.1 * f.gradients(x);
    CHECK((alone.transpose() - x).norm() < 1e-12 * x.norm());
  }
}

TEST_CASE("A sketch is linear, and its estimate has the exact mean and variance") {
  // Of one row: E Z = ‖v‖², Var Z = (2/m) (‖v‖₂⁴ − ‖v‖₄⁴).
  constexpr std::size_t buckets = 16;
  constexpr Index d = 40;
  constexpr int seeds = 4000;
  const Eigen::VectorXd v = testing::normal_matrix(d, 1, 3), u = testing::normal_matrix(d, 1, 4);
  const double square = v.squaredNorm();
  const double variance = 2.0 / buckets * (square * square - v.array().pow(4).sum());
  double sum = 0, squares = 0;
  const auto numbers_of = [](const VectorSummary& summary, const Eigen::VectorXd& x) {
    std::vector<double> numbers(summary.size());
    const std::span<const double> vector{x.data(), static_cast<std::size_t>(x.size())};
    summary.summarize(std::span{&vector, 1}, numbers);
    return numbers;
  };
  for (int seed = 1; seed <= seeds; ++seed) {
    const AmsSketch sketch{.rows = 1, .buckets = buckets, .seed = static_cast<std::uint64_t>(seed)};
    const auto summary = sketch_summary(sketch);
    const auto of_v = numbers_of(*summary, v);
    const double estimate = estimated_square(sketch, of_v);
    sum += estimate;
    squares += estimate * estimate;
    if (seed > 3) continue;
    const auto of_u = numbers_of(*summary, u), of_both = numbers_of(*summary, 2 * v - 3 * u);
    CHECK(of_v[0] == doctest::Approx(square).epsilon(1e-14));
    for (std::size_t k = 1; k < of_v.size(); ++k)
      CHECK(of_both[k] == doctest::Approx(2 * of_v[k] - 3 * of_u[k]).epsilon(1e-12));
  }
  const double mean = sum / seeds;
  CHECK(std::abs(mean - square) < 4 * std::sqrt(variance / seeds));
  CHECK((squares / seeds - mean * mean) == doctest::Approx(variance).epsilon(0.1));
}

}  // namespace
}  // namespace gossamer::fda_test
