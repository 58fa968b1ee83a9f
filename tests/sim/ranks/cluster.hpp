#pragma once
#include <cmath>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "sim/compute/laws.hpp"
#include "sim/engine/simulation.hpp"
#include "sim/ground/random.hpp"
#include "sim/network/models/nic.hpp"
#include "sim/network/models/piecewise.hpp"
#include "sim/numerics/executor.hpp"
#include "sim/ranks/rank_world.hpp"
#include "tests/sim/mpi/session.hpp"

/// Small clusters that can be run in either world.
namespace gossamer::testing {

/// Something that no summation order hides: a non-linear gradient with noise, different on every node.
class Rough final : public Objective<double> {
 public:
  explicit Rough(Index dimension) : d_{dimension} {}
  Index dimension() const override { return d_; }
  void gradient(NodeId node, std::uint64_t step, const double* x, double* g, Workspace&) const override {
    Draws draws{1, Purpose::noise, node, step};
    for (Index k = 0; k < d_; ++k) {
      g[k] = std::sin(x[k] + node) + 0.3 * x[k];
      if (GradientAddress::is_minibatch(step)) g[k] += 0.1 * standard_normal(draws);
    }
  }
  void newton_direction(NodeId, const double*, const double* g, double* p, Workspace&) const override {
    for (Index k = 0; k < d_; ++k) p[k] = g[k] / 1.3;
  }
  double loss(NodeId node, const double* x, Workspace&) const override {
    double sum = 0;
    for (Index k = 0; k < d_; ++k) sum += 0.15 * x[k] * x[k] - std::cos(x[k] + node);
    return sum;
  }

 private:
  Index d_;
};

/// No gradient at all.
class Flat final : public Objective<double> {
 public:
  explicit Flat(Index dimension) : d_{dimension} {}
  Index dimension() const override { return d_; }
  void gradient(NodeId, std::uint64_t, const double*, double* g, Workspace&) const override {
    for (Index k = 0; k < d_; ++k) g[k] = 0;
  }
  void newton_direction(NodeId, const double*, const double*, double* p, Workspace&) const override {
    for (Index k = 0; k < d_; ++k) p[k] = 0;
  }
  double loss(NodeId, const double*, Workspace&) const override { return 0; }

 private:
  Index d_;
};

/// A data plane whose models start at zero, or at random, each node at its own place.
inline std::unique_ptr<Executor<double>> plane_of(const Objective<double>& objective, bool zeros = false) {
  return std::unique_ptr<Executor<double>>{
      new Executor<double>{{.objective = objective,
                            .initial_params =
                                [d = objective.dimension(), zeros](NodeId node, double* x) {
                                  Draws draws{1, Purpose::initial_params, node};
                                  for (Index k = 0; k < d; ++k) x[k] = zeros ? 0 : standard_normal(draws);
                                },
                            .common_initial_params = false}}};
}

/// The results of a run: the models of all nodes, one after the other, and the counters of each.
struct Outcome {
  End end;
  std::vector<double> models;
  std::vector<NodeCounters> counters;
  std::vector<FaultCounters> faults = {};

  bool same_models(const Outcome& other) const {
    if (models.size() != other.models.size()) return false;
    return models.empty() || std::memcmp(models.data(), other.models.data(), models.size() * sizeof(double)) == 0;
  }
};

template <class World>
Outcome outcome(const End& end, const World& world, DataPlane* plane, NodeId nodes) {
  Outcome result{.end = end, .models = {}, .counters = {}};
  for (NodeId i = 0; i < nodes; ++i) {
    result.counters.push_back(world.counters(i));
    result.faults.push_back(world.fault_counters(i));
    if (!plane || !world.models()[static_cast<std::size_t>(i)]) continue;
    const auto x = plane->values(world.models()[static_cast<std::size_t>(i)]);
    result.models.insert(result.models.end(), x.begin(), x.end());
  }
  return result;
}

/// The settings of a cluster, in either world.
struct ClusterSetup {
  const Mixing& mixing;
  const StepTimes& step_times;
  const Objective<double>* objective = nullptr;  ///< null: only time passes
  Nic nic = {.latency = Seconds{200e-6}, .bandwidth = 1e8};
  std::optional<Piecewise> piecewise = {};  ///< instead of `nic`
  Bytes payload = 400;
  bool zeros = false;  ///< whether all models start at zero
  std::vector<std::pair<NodeId, NodeId>> meetings = {};
  const MixingSchedule* schedule = nullptr;
  const Faults* faults = nullptr;
  NodeId servers = 0;
};

/// Zeros, in place of the minimum that methods of theory know.
inline std::vector<double> minimum_of(const ClusterSetup& setup) {
  return std::vector<double>(setup.objective ? static_cast<std::size_t>(setup.objective->dimension()) : 0);
}

inline std::unique_ptr<Network> network_of(const ClusterSetup& setup) {
  if (setup.piecewise) return std::make_unique<PiecewiseNetwork>(*setup.piecewise, setup.mixing.size());
  return std::make_unique<NicNetwork>(setup.nic, setup.mixing.size());
}

inline Outcome simulated(const ClusterSetup& setup, const Program& program, const Limits& limits) {
  const auto plane = setup.objective ? plane_of(*setup.objective, setup.zeros) : nullptr;
  const auto network = network_of(setup);
  Simulation simulation{{.mixing = setup.mixing,
                         .step_times = setup.step_times,
                         .network = *network,
                         .plane = plane.get(),
                         .payload = setup.payload,
                         .seed = 1,
                         .meetings = setup.meetings,
                         .timeline = nullptr,
                         .schedule = setup.schedule,
                         .faults = setup.faults,
                         .servers = setup.servers,
                         .optimum = minimum_of(setup)}};
  const End end = simulation.run(program, limits);
  return outcome(end, simulation, plane.get(), setup.mixing.size());
}

/// The way in which a cluster is put on ranks.
struct RankSetup {
  RankWorld::Compute compute = RankWorld::Compute::paced;
  RankWorld::Wire wire = RankWorld::Wire::shaped;
  RankWorld::Collective collective = RankWorld::Collective::played;
};

/// Runs on all ranks at once. The result is valid on rank 0; elsewhere only its end is.
inline Outcome on_ranks(const ClusterSetup& setup, const Program& program, const Limits& limits,
                        const RankSetup& ranks = {}, Observer* observer = nullptr) {
  const auto plane = setup.objective ? plane_of(*setup.objective, setup.zeros) : nullptr;
  const auto network = network_of(setup);
  RankWorld world{session(),
                  {.mixing = setup.mixing,
                   .step_times = setup.step_times,
                   .network = *network,
                   .plane = plane.get(),
                   .payload = setup.payload,
                   .seed = 1,
                   .meetings = setup.meetings,
                   .compute = ranks.compute,
                   .wire = ranks.wire,
                   .collective = ranks.collective,
                   .schedule = setup.schedule,
                   .faults = setup.faults,
                   .servers = setup.servers,
                   .optimum = minimum_of(setup)}};
  const End end = world.run(program, limits, observer);
  if (session().rank() > 0) return {.end = end, .models = {}, .counters = {}};
  return outcome(end, world, plane.get(), setup.mixing.size());
}

}  // namespace gossamer::testing
