#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "sim/compute/step_times.hpp"
#include "sim/faults/faults.hpp"
#include "sim/network/network.hpp"
#include "sim/node.hpp"
#include "sim/numerics/data_plane.hpp"
#include "sim/world/computation.hpp"
#include "sim/world/run_state.hpp"
#include "sim/world/timeline.hpp"
#include "topologies/mixing.hpp"
#include "topologies/schedule.hpp"

namespace gossamer {

/// A virtual cluster: runs one program on every node of a graph in virtual time.
///
/// Events are taken in the order (time, sequence); every result is a function of the setup alone.
class Simulation {
 public:
  class World;

  struct Setup {
    const Mixing& mixing;
    const StepTimes& step_times;
    Network& network;
    DataPlane* plane = nullptr;  ///< none: a pure timing simulation
    Bytes payload = 0;           ///< bytes of one model on the wire
    Collectives collectives = Collectives::formula;
    std::uint64_t seed = 1;
    std::vector<std::pair<NodeId, NodeId>> meetings = {};  ///< a given sequence of pairs instead of random ones
    Timeline* timeline = nullptr;                          ///< receives all events; none: no recording
    const MixingSchedule* schedule =
        nullptr;                     ///< of rounds, within the graph of `mixing`; none: all rounds are the same
    const Faults* faults = nullptr;  ///< faults to inject; none: a run without faults
    NodeId servers = 0;              ///< number of servers, which are the last nodes
    std::function<LocalSamples(NodeId)> samples = {};  ///< of each worker; none: one sample, of one step
    std::vector<double> optimum = {};                  ///< x*, the minimum of f; empty if it is not known
    std::vector<Layer> layers = {};                    ///< of the model; none: it has no such structure
  };

  explicit Simulation(Setup setup);
  ~Simulation();

  /// Runs to the end. `interrupt`, if given, ends the run soon after it becomes true.
  /// Rethrows exceptions of programs.
  End run(const Program& program, const Limits& limits, Observer* observer = nullptr,
          const std::atomic<bool>* interrupt = nullptr);

  /// The snapshot at the present virtual time.
  Snapshot snapshot() const;

  Seconds now() const;
  std::span<const Params> models() const;
  NodeCounters counters(NodeId node) const;
  FaultCounters fault_counters(NodeId node) const;

 private:
  std::unique_ptr<World> world_;
};

}  // namespace gossamer
