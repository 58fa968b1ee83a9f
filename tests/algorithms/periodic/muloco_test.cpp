#include "algorithms/periodic/muloco.hpp"

#include <vector>

#include <doctest/doctest.h>

#include "algorithms/parts/optimizer.hpp"
#include "algorithms/periodic/diloco.hpp"
#include "tests/graphs.hpp"
#include "tests/outer_golden.hpp"

// DiLoCo with other inner optimizers than SGD.
namespace gossamer::muloco_test {
namespace {

using Eigen::MatrixXd;
using testing::Cluster;
using testing::Quadratics;
namespace golden = testing::outer_golden;

TEST_CASE("DiLoCo with AdamW inside gives the golden iterates") {
  const Mixing w = testing::complete(golden::nodes);
  const Quadratics f = golden::objective();
  const testing::SynchronousRun run{.mixing = w, .objective = f, .start = golden::start()};
  const DiLoCo settings{
      .step_size = 0.05,
      .averaging_period = 3,
      .optimizer = Adam::Settings{.first_decay = 0.9, .second_decay = 0.95, .epsilon = 1e-8, .weight_decay = 0.1}};
  golden::check(
      "G11", run, [settings](Node& node) { return diloco(node, settings); }, 3);
}

/// Ends of the runs of H steps, by the optimizer alone, with the outer steps that DiLoCo makes of them.
Task runs_of_muon(Node& node, MuLoCo settings) {
  Muon optimizer{node, settings.muon};
  Params x = node.initial_params();
  Params m;
  while (node.running()) {
    Params local = x;
    for (int h = 0; h < settings.averaging_period; ++h) {
      const Params g = co_await node.gradient(local);
      local = optimizer.step(local, 0.02, g);
    }
    const Params mean = co_await node.all_reduce_mean(local);
    const Params way = x - mean;
    m = m ? Params{0.6 * m + way} : way;
    x = x - 0.7 * way - (0.7 * 0.6) * m;
    node.report(x);
  }
}

TEST_CASE("MuLoCo makes DiLoCo's outer steps of runs by Muon") {
  constexpr NodeId n = 4;
  const std::vector<Layer> layers{{.inputs = 3, .outputs = 4}, {.inputs = 4, .outputs = 2}};  // d = 26
  const Mixing w = testing::complete(n);
  const Quadratics f = testing::heterogeneous_quadratics(n, 26);
  const MatrixXd start = testing::normal_matrix(1, 26, 3).replicate(n, 1);
  const MuLoCo settings{.averaging_period = 4};
  const auto models = [&](const Program& program) {
    Cluster cluster{{.mixing = w, .objective = f, .initial = start.transpose(), .layers = layers}};
    cluster.run(program, {.node_steps = 20});
    return cluster.models();
  };
  const MatrixXd seen = models([settings](Node& node) { return muloco(node, settings); });
  const MatrixXd expected = models([settings](Node& node) { return runs_of_muon(node, settings); });
  CHECK((seen - expected).cwiseAbs().maxCoeff() < 1e-12);
  CHECK((seen - start.transpose()).cwiseAbs().maxCoeff() > 0.1);  // five rounds of steps of about η in each direction
}

}  // namespace
}  // namespace gossamer::muloco_test
