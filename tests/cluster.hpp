#pragma once
#include <functional>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include "sim/engine/simulation.hpp"
#include "sim/network/models/alpha_beta.hpp"
#include "sim/numerics/executor.hpp"
#include "tests/formulas.hpp"
#include "topologies/mixing.hpp"

namespace gossamer::testing {

/// The parts of a small virtual cluster; defaults are as simple as possible.
struct ClusterSetup {
  const Mixing& mixing;
  const Objective<double>& objective;
  std::function<Seconds(NodeId, std::uint64_t)> step_time = [](NodeId, std::uint64_t) { return Seconds{10e-3}; };
  Seconds message_time{0};
  std::uint64_t seed = 1;
  int threads = 1;
  std::size_t window = Executor<double>::default_window;
  std::vector<std::pair<NodeId, NodeId>> meetings = {};
  Eigen::MatrixXd initial = {};              ///< d × n; zeros where empty
  const MixingSchedule* schedule = nullptr;  ///< none: all rounds are the same
  const Faults* faults = nullptr;            ///< none
  Timeline* timeline = nullptr;              ///< receives the run, if given
  Bytes payload = 0;                         ///< the size of a model
  double bandwidth = 1;                      ///< bytes a second
  NodeId servers = 0;                        ///< the last nodes
  std::function<LocalSamples(NodeId)> samples = {};
  std::vector<double> optimum = {};  ///< x*; unknown if empty
  std::vector<Layer> layers = {};
};

/// A cluster in float64 whose messages take a fixed time and never queue, and whose all-reduces are rings.
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
        network_{{.latency = setup.message_time, .bandwidth = setup.bandwidth, .all_reduce = AllReduce::ring}},
        simulation_{{.mixing = setup.mixing,
                     .step_times = step_times_,
                     .network = network_,
                     .plane = &plane_,
                     .payload = setup.payload,
                     .seed = setup.seed,
                     .meetings = std::move(setup.meetings),
                     .timeline = setup.timeline,
                     .schedule = setup.schedule,
                     .faults = setup.faults,
                     .servers = setup.servers,
                     .samples = std::move(setup.samples),
                     .optimum = std::move(setup.optimum),
                     .layers = std::move(setup.layers)}} {}

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
  Snapshot snapshot() const { return simulation_.snapshot(); }
  NodeCounters counters(NodeId i) const { return simulation_.counters(i); }
  FaultCounters fault_counters(NodeId i) const { return simulation_.fault_counters(i); }
  Executor<double>& plane() { return plane_; }

 private:
  NodeId nodes_;
  Executor<double> plane_;
  StepsBy step_times_;
  AlphaBetaNetwork network_;
  Simulation simulation_;
};

}  // namespace gossamer::testing
