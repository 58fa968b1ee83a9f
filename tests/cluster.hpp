#pragma once
#include <functional>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include "sim/engine/simulation.hpp"
#include "sim/network/alpha_beta.hpp"
#include "sim/numerics/executor.hpp"
#include "sim/numerics/random.hpp"
#include "topologies/mixing.hpp"

namespace gossamer::testing {

/// Objectives f_i(x) = ½ Σ_k a_ik x_k² − b_ik x_k with independent normal noise of standard deviation s on each
/// coordinate of every gradient: a_ik x_k − b_ik + s z. Shapes: a and b are d × n, one node per column.
class DiagonalQuadratics final : public Objective<double> {
 public:
  DiagonalQuadratics(Eigen::MatrixXd a, Eigen::MatrixXd b, double noise = 0, std::uint64_t seed = 1)
      : a_{std::move(a)}, b_{std::move(b)}, noise_{noise}, seed_{seed} {}

  Index dimension() const override { return a_.rows(); }
  void gradient(NodeId node, std::uint64_t step, const double* x, double* g, Workspace&) const override {
    Draws draws{seed_, Purpose::noise, node, step};
    for (Index k = 0; k < a_.rows(); ++k) {
      g[k] = a_(k, node) * x[k] - b_(k, node);
      if (noise_ > 0) g[k] += noise_ * standard_normal(draws);
    }
  }

 private:
  Eigen::MatrixXd a_;
  Eigen::MatrixXd b_;
  double noise_;
  std::uint64_t seed_;
};

/// Step times by a formula.
class StepsBy final : public StepTimes {
 public:
  explicit StepsBy(std::function<Seconds(NodeId, std::uint64_t)> formula) : formula_{std::move(formula)} {}
  Seconds duration(NodeId node, std::uint64_t step, Seconds) const override { return formula_(node, step); }

 private:
  std::function<Seconds(NodeId, std::uint64_t)> formula_;
};

/// What a small virtual cluster is made of; all that is not said is as plain as can be.
struct ClusterSetup {
  const Mixing& mixing;
  const Objective<double>& objective;
  std::function<Seconds(NodeId, std::uint64_t)> step_time = [](NodeId, std::uint64_t) { return Seconds{10e-3}; };
  Seconds message_time{0};
  std::uint64_t seed = 1;
  int threads = 1;
  std::size_t window = Executor<double>::default_window;
  std::vector<std::pair<NodeId, NodeId>> meetings = {};
  Eigen::MatrixXd initial = {};  ///< d × n; zeros where empty
};

/// A cluster in float64 whose messages take a fixed time and never queue.
class Cluster {
 public:
  explicit Cluster(ClusterSetup setup)
      : nodes_{setup.mixing.size()},
        plane_{{.objective = setup.objective,
                .initial_params =
                    [d = setup.objective.dimension(), x0 = setup.initial](NodeId i, double* x) {
                      for (Index k = 0; k < d; ++k) x[k] = x0.size() > 0 ? x0(k, i) : 0.0;
                    },
                .common_initial_params = setup.initial.size() == 0,
                .threads = setup.threads,
                .window = setup.window}},
        step_times_{std::move(setup.step_time)},
        network_{{.latency = setup.message_time, .bandwidth = 1.0}},
        simulation_{{.mixing = setup.mixing,
                     .step_times = step_times_,
                     .network = network_,
                     .plane = &plane_,
                     .payload = 0,
                     .seed = setup.seed,
                     .meetings = std::move(setup.meetings)}} {}

  End run(const Program& program, const Limits& limits, Observer* observer = nullptr) {
    return simulation_.run(program, limits, observer);
  }

  /// d × n, one model per column.
  Eigen::MatrixXd models() {
    Eigen::MatrixXd result(plane_.dimension(), nodes_);
    for (NodeId i = 0; i < nodes_; ++i) {
      const auto values = plane_.values(simulation_.models()[static_cast<std::size_t>(i)]);
      result.col(i) = Eigen::Map<const Eigen::VectorXd>(values.data(), plane_.dimension());
    }
    return result;
  }

  Seconds now() const { return simulation_.now(); }
  NodeCounters counters(NodeId i) const { return simulation_.counters(i); }
  Executor<double>& plane() { return plane_; }

 private:
  NodeId nodes_;
  Executor<double> plane_;
  StepsBy step_times_;
  AlphaBetaNetwork network_;
  Simulation simulation_;
};

}  // namespace gossamer::testing
