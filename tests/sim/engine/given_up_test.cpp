#include <vector>

#include <doctest/doctest.h>

#include "tests/cluster.hpp"
#include "tests/graphs.hpp"

// Computations that are given up, and computations over other samples than the next minibatch.
namespace gossamer {
namespace {

using namespace std::chrono_literals;
using testing::Cluster;

/// A gradient that names its address: (step, x, 0); a loss and a Newton direction that name what they are given.
class Named final : public Objective<double> {
 public:
  Index dimension() const override { return 3; }
  void gradient(NodeId node, std::uint64_t step, const double* x, double* g, Workspace&) const override {
    g[0] = step == GradientAddress::all_samples    ? -1
           : step >= GradientAddress::first_sample ? -100 - static_cast<double>(step - GradientAddress::first_sample)
                                                   : static_cast<double>(step);
    g[1] = x[0];
    g[2] = node;
  }
  void newton_direction(NodeId node, const double* x, const double* g, double* p, Workspace&) const override {
    p[0] = x[0] + 10 * g[0];
    p[1] = x[1] + 10 * g[1];
    p[2] = node;
  }
  double loss(NodeId node, const double* x, Workspace&) const override { return x[0] + 0.5 * node; }
};

/// The clock and a vector at the end of each action.
struct Seen {
  std::vector<double> times;
  std::vector<Params> vectors;
};

TEST_CASE("A gradient that is given up is wasted time; the next one has the next minibatch") {
  const Mixing w = testing::ring(3);
  const Named objective;
  Cluster cluster{{.mixing = w, .objective = objective}};  // a step takes 10 ms
  Seen seen;                                               // its handles go before the cluster
  const auto program = [&seen](Node& node) -> Task {
    const Params x = node.initial_params();
    for (int k = 0; k < 2; ++k) {
      [[maybe_unused]] const Pending lost = node.gradient(x);
      co_await node.sleep(4ms);
      node.cancel();
    }
    node.cancel();  // nothing is computed: no effect
    const Params g = co_await node.gradient(x);
    if (node.id() == 1) {
      seen.times.push_back(node.now().count());
      seen.vectors.push_back(g);
    }
    CHECK(node.steps() == 1);
  };
  const End end = cluster.run(program, {});
  CHECK(end.reason == End::Reason::finished);
  CHECK(end.time.count() == doctest::Approx(18e-3));  // no gradient that was given up ends
  CHECK(seen.times[0] == doctest::Approx(18e-3));
  CHECK(cluster.plane().values(seen.vectors[0]) == std::vector<double>{2, 0, 1});
  const NodeCounters counters = cluster.counters(1);
  CHECK(counters.node_steps == 1);
  CHECK(counters.given_up == 2);
  CHECK(counters.wasted.count() == doctest::Approx(8e-3));
  CHECK(counters.computing.count() == doctest::Approx(18e-3));
}

TEST_CASE("A gradient over other samples takes the time of as many samples") {
  const Mixing w = testing::ring(3);
  const Named objective;
  Cluster started{
      {.mixing = w, .objective = objective, .initial = Eigen::MatrixXd::Constant(3, 3, 7.0), .samples = [](NodeId) {
         return LocalSamples{.count = 64, .steps = 8};
       }}};
  Seen seen;  // its handles go before the cluster
  const auto program = [&seen](Node& node) -> Task {
    const Params x = node.initial_params();
    CHECK(node.samples() == 64);
    const auto note = [&](const Params& made) {
      if (node.id() != 2) return;
      seen.times.push_back(node.now().count());
      seen.vectors.push_back(made);
    };
    note(co_await node.gradient(x));
    note(co_await node.gradient(2.0 * x, SampleSet::last_batch()));
    CHECK(node.steps() == 1);
    note(co_await node.gradient(x, SampleSet::one(5)));
    const Params g = co_await node.gradient(x, SampleSet::all());
    note(g);
    CHECK(node.steps() == 3);
    note(co_await node.newton_direction(x, g));
    CHECK(co_await node.loss(x) == 7.0 + 0.5 * node.id());
    note(x);
    note(co_await node.gradient(x));
    CHECK(node.steps() == 4);
  };
  started.run(program, {});
  const std::vector<double> steps{1, 2, 2 + 1 / 8.0, 10 + 1 / 8.0, 18 + 1 / 8.0, 26 + 1 / 8.0, 27 + 1 / 8.0};
  const std::vector<std::vector<double>> expected{{0, 7, 2},       {0, 14, 2}, {-105, 7, 2}, {-1, 7, 2},
                                                  {7 - 10, 77, 2}, {7, 7, 7},  {3, 7, 2}};
  REQUIRE(seen.times.size() == steps.size());
  for (std::size_t k = 0; k < steps.size(); ++k) {
    CAPTURE(k);
    CHECK(seen.times[k] == doctest::Approx(10e-3 * steps[k]).epsilon(1e-12));
    CHECK(started.plane().values(seen.vectors[k]) == expected[k]);
  }
}

TEST_CASE("A plain gradient keeps its minibatch if another node starts a computation of another kind meanwhile") {
  const Mixing w = testing::ring(3);
  const Named objective;
  Cluster cluster{{.mixing = w, .objective = objective}};
  Seen seen;  // its handles go before the cluster
  const auto program = [&seen](Node& node) -> Task {
    const Params x = node.initial_params();
    if (node.id() == 0) {
      co_await node.sleep(15ms);
      co_await node.gradient(x, SampleSet::all());
      co_return;
    }
    co_await node.gradient(x);
    const Pending second = node.gradient(x);  // from 10 to 20 ms
    if (node.id() == 2) co_await node.sleep(30ms);
    const Params g = co_await second;
    seen.vectors.push_back(g);
  };
  cluster.run(program, {});
  REQUIRE(seen.vectors.size() == 2);
  for (const Params& g : seen.vectors) CHECK(cluster.plane().values(g)[0] == 1);
}

TEST_CASE("A limit of node-steps does not count what is no node-step") {
  const Mixing w = testing::ring(3);
  const Named objective;
  Cluster cluster{{.mixing = w, .objective = objective}};
  const auto program = [](Node& node) -> Task {
    const Params x = node.initial_params();
    while (node.running()) {
      const Params g = co_await node.gradient(x);
      co_await node.gradient(g, SampleSet::last_batch());
    }
  };
  const End end = cluster.run(program, {.node_steps = 5});
  CHECK(end.reason == End::Reason::node_steps);
  CHECK(end.time.count() == doctest::Approx(0.1));
  CHECK(cluster.counters(0).node_steps == 5);
}

}  // namespace
}  // namespace gossamer
