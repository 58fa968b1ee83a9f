#pragma once
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include "sim/engine/simulation.hpp"
#include "sim/moments/moments_plane.hpp"
#include "sim/network/models/alpha_beta.hpp"
#include "sim/numerics/executor.hpp"
#include "tests/formulas.hpp"
#include "topologies/mixing.hpp"

namespace gossamer::testing {

/// A plane of moments over an objective in float64, from zeros.
inline std::unique_ptr<MomentsPlane> moments_plane(const Objective<double>& objective, NoiseSpace::Setup noise) {
  const Index d = objective.dimension();
  noise.dimension = d;
  auto means = std::make_unique<Executor<double>>(Executor<double>::Setup{
      .objective = objective, .initial_params = [d](NodeId, double* x) { std::fill_n(x, d, 0.0); }});
  return std::make_unique<MomentsPlane>(std::move(means), noise);
}

/// Nodes with f_i(x) = a ‖x‖²/2 and noise of standard deviation s on each coordinate, on a plane of moments. Steps take
/// 10 ms and messages no time.
class MomentsCluster {
 public:
  struct Setup {
    const Mixing& mixing;
    Index dimension = 1;
    double curvature = 1;  ///< a
    double noise = 1;      ///< s
    std::vector<std::pair<NodeId, NodeId>> meetings = {};
  };
  explicit MomentsCluster(Setup setup)
      : nodes_{setup.mixing.size()},
        objective_{Eigen::MatrixXd::Constant(setup.dimension, nodes_, setup.curvature),
                   Eigen::MatrixXd::Zero(setup.dimension, nodes_)},
        plane_{moments_plane(objective_,
                             {.nodes = nodes_,
                              .hessian = [a = Eigen::MatrixXd::Constant(setup.dimension, 1, setup.curvature)](
                                             NodeId) -> Eigen::MatrixXd { return a; },
                              .noise = setup.noise})},
        step_times_{[](NodeId, std::uint64_t) { return Seconds{10e-3}; }},
        network_{{.latency = Seconds{0}, .bandwidth = 1, .all_reduce = AllReduce::ring}},
        simulation_{{.mixing = setup.mixing,
                     .step_times = step_times_,
                     .network = network_,
                     .plane = plane_.get(),
                     .payload = 0,
                     .seed = 1,
                     .meetings = std::move(setup.meetings)}} {}

  End run(const Program& program, const Limits& limits) { return simulation_.run(program, limits); }

  /// E ‖x̄ − E x̄‖².
  double variance_of_mean() { return plane_->moments(plane_->mean(simulation_.models())).square; }
  /// (1/n) Σ_i E ‖x_i − E x_i‖².
  double mean_variance() {
    double sum = 0;
    for (const Params& x : simulation_.models()) sum += plane_->moments(x).square;
    return sum / nodes_;
  }
  /// E Γ.
  double potential() { return plane_->consensus_distance(simulation_.models(), plane_->mean(simulation_.models())); }

 private:
  NodeId nodes_;
  DiagonalQuadratics objective_;
  std::unique_ptr<MomentsPlane> plane_;
  StepsBy step_times_;
  AlphaBetaNetwork network_;
  Simulation simulation_;
};

}  // namespace gossamer::testing
