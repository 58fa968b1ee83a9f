#include "algorithms/periodic/shifted_local_sgd.hpp"

#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "algorithms/periodic/local_sgd.hpp"
#include "tests/cluster.hpp"
#include "tests/graphs.hpp"

// Local SGD with shifted and variance-reduced estimators: which of them reach the minimum of heterogeneous finite sums.
namespace gossamer::shifted_local_sgd_test {
namespace {

using Eigen::MatrixXd;
using testing::Cluster;

constexpr NodeId n = 4;
constexpr std::uint64_t m = 5;

/// f_i(x) = (1/m) Σ_j a_ij (x − θ_ij)²/2; a minibatch is one sample, drawn at its address.
class FiniteSums final : public Objective<double> {
 public:
  Index dimension() const override { return 1; }
  void gradient(NodeId node, std::uint64_t step, const double* x, double* g, Workspace&) const override {
    g[0] = 0;
    if (step == GradientAddress::all_samples) {
      for (std::uint64_t j = 0; j < m; ++j) g[0] += slope(node, j, x[0]) / m;
      return;
    }
    Draws draws{9, Purpose::batch, node, step};
    g[0] = slope(node, draws.below(m), x[0]);
  }
  static double curvature(NodeId i, std::uint64_t j) {
    return 1 + 0.5 * static_cast<double>((3 * static_cast<std::uint64_t>(i) + 2 * j) % 4);
  }
  static double center(NodeId i, std::uint64_t j) { return static_cast<double>(i) - 0.7 * static_cast<double>(j); }
  static double slope(NodeId i, std::uint64_t j, double x) { return curvature(i, j) * (x - center(i, j)); }
  static double minimum() {
    double weighted = 0, total = 0;
    for (NodeId i = 0; i < n; ++i) {
      for (std::uint64_t j = 0; j < m; ++j) {
        weighted += curvature(i, j) * center(i, j);
        total += curvature(i, j);
      }
    }
    return weighted / total;
  }
};

using Method = Task (*)(Node&, ShiftedLocalSgd);

/// The largest distance of a node's model from the minimum after so many steps.
double error_after(Method method, ShiftedLocalSgd settings, std::uint64_t steps) {
  const FiniteSums f;
  const Mixing w = testing::ring(n);
  Cluster cluster{{.mixing = w,
                   .objective = f,
                   .samples = [](NodeId) { return LocalSamples{.count = m, .steps = static_cast<double>(m)}; },
                   .optimum = {FiniteSums::minimum()}}};
  cluster.run([=](Node& node) { return method(node, settings); }, {.node_steps = steps});
  return (cluster.models().array() - FiniteSums::minimum()).abs().maxCoeff();
}

TEST_CASE("Estimators with a common reference or the known samples' gradients are exact on heterogeneous finite sums") {
  for (const bool random : {false, true}) {
    for (const int period : {1, 4, 16}) {
      CAPTURE(random);
      CAPTURE(period);
      const ShiftedLocalSgd settings{
          .step_size = 0.05, .averaging_period = period, .random_period = random, .refresh = 1.0 / m};
      CHECK(error_after(s_local_svrg, settings, 6400) < 1e-10);
      CHECK(error_after(s_star_local_sgd_star, settings, 3200) < 1e-10);
    }
  }
}

TEST_CASE("All other estimators stop at a floor, which shrinks with the step size") {
  for (const Method method : {local_svrg, ss_local_sgd, s_star_local_sgd}) {
    const auto floor = [method](double eta, std::uint64_t steps) {
      return error_after(method, {.step_size = eta, .averaging_period = 8, .refresh = 0.2}, steps);
    };
    const double large = floor(0.05, 1600), small = floor(0.005, 16000);
    CHECK(large > 1e-5);
    CHECK(small > 1e-6);
    CHECK(small < large);
  }
}

TEST_CASE("A refreshed reference at every step makes the reduced estimator that of full gradients") {
  // y_i = x_i before every step: g_i = ∇f_i(x_i), so that it is local gradient descent with the fixed point of that.
  const FiniteSums f;
  const Mixing w = testing::ring(n);
  Cluster cluster{{.mixing = w, .objective = f}};
  constexpr int period = 4;
  cluster.run(
      [](Node& node) { return local_svrg(node, {.step_size = 0.05, .averaging_period = period, .refresh = 1}); },
      {.node_steps = 4000});
  double q = 0, weighted = 0;  // x_H = Σ Q_i θ_i / Σ Q_i
  for (NodeId i = 0; i < n; ++i) {
    double a = 0, b = 0;
    for (std::uint64_t j = 0; j < m; ++j) {
      a += FiniteSums::curvature(i, j) / m;
      b += FiniteSums::curvature(i, j) * FiniteSums::center(i, j) / m;
    }
    const double own = 1 - std::pow(1 - 0.05 * a, period);
    q += own;
    weighted += own * b / a;
  }
  // Each step has a gradient over all samples besides, and the first reference has one: 2000 steps.
  CHECK((cluster.models().array() - weighted / q).abs().maxCoeff() < 1e-12);
}

}  // namespace
}  // namespace gossamer::shifted_local_sgd_test
