#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "sim/compute/step_times.hpp"
#include "sim/faults/faults.hpp"
#include "sim/mpi/mpi_session.hpp"
#include "sim/network/network.hpp"
#include "sim/node.hpp"
#include "sim/numerics/data_plane.hpp"
#include "sim/world/world.hpp"
#include "topologies/mixing.hpp"
#include "topologies/schedule.hpp"

namespace gossamer {

/// A real cluster: runs one program on every node of a graph, on the processes that mpirun has started.
///
/// Each rank hosts a block of consecutive nodes. All ranks make the same world and run the same program on it; rank 0
/// alone observes, and knows models and counters of all nodes once the run is over. Time is wall time since a start on
/// which the ranks agree. A program cannot tell this world from a `Simulation`, but that which of two things happens
/// first is here a matter of the machine: only programs that wait for each other in a fixed order give the same models
/// again.
class MpiWorld {
 public:
  /// How a gradient's time passes: as long as it takes, times the step's slowdown; or, computed meanwhile on a thread
  /// beside, as long as the law says. A rank computes its nodes' gradients one after the other.
  enum class Compute { real, paced };
  /// How a message's time passes: as the network between the ranks has it; or held back to the model's time.
  enum class Wire { real, shaped };
  /// Who adds up: the nodes, message by message, by the algorithm that the network model costs; or MPI itself.
  enum class Collective { played, mpi };

  struct Setup {
    const Mixing& mixing;
    const StepTimes& step_times;
    const Network& network;
    DataPlane* plane = nullptr;  ///< this rank's own; none: only time passes
    Bytes payload = 0;           ///< bytes of one model on the wire
    std::uint64_t seed = 1;
    std::vector<std::pair<NodeId, NodeId>> meetings = {};  ///< a given sequence of pairs instead of random ones
    Compute compute = Compute::paced;
    Wire wire = Wire::shaped;
    Collective collective = Collective::played;
    std::optional<AllReduceMethod> all_reduce = {};  ///< by which algorithm; none: as `Network::all_reduce` has it
    const MixingSchedule* schedule =
        nullptr;                     ///< of rounds, within the graph of `mixing`; none: all rounds are the same
    const Faults* faults = nullptr;  ///< what goes wrong; none: nothing does
  };

  /// Throws MpiError where there are more ranks than nodes, where a message is larger than MPI can count (2³¹ − 1
  /// bytes), and where a setting asks for what is not there: a shape of the network, or a model whose gradients take
  /// real time.
  static void check(const MpiSession& session, const Setup& setup);

  /// All ranks make it at the same time. Throws as `check` does.
  MpiWorld(MpiSession& session, Setup setup);
  ~MpiWorld();

  /// Runs to the end, on all ranks at once. `observer` counts on rank 0 alone; an `interrupt` on any rank ends the run
  /// on all. Rank 0 returns how it ended, the others the same without times and details.
  ///
  /// Throws what a program throws, and on the ranks whose programs threw nothing a std::runtime_error with its words.
  /// Where a rank does not answer any more, the run counts as interrupted and the session is abandoned.
  End run(const Program& program, const Limits& limits, Observer* observer = nullptr,
          const std::atomic<bool>* interrupt = nullptr);

  /// What was seen last. On rank 0, once the run is over; models are empty handles without numerics.
  Snapshot snapshot() const;
  Seconds now() const;
  std::span<const Params> models() const;
  NodeCounters counters(NodeId node) const;
  FaultCounters fault_counters(NodeId node) const;

  /// By how much events were handled later than they were due, over all ranks: how well this machine keeps the time.
  struct Lateness {
    Seconds mean{0};
    Seconds max{0};
  };
  Lateness lateness() const;

 private:
  class Run;
  std::unique_ptr<Run> run_;
};

}  // namespace gossamer
