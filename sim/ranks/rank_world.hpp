#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "sim/network/network.hpp"
#include "sim/node.hpp"
#include "sim/world/computation.hpp"
#include "sim/world/run_state.hpp"

namespace gossamer {

class DataPlane;
struct Faults;
class Mixing;
class MixingSchedule;
class MpiSession;
class StepTimes;

/// A real cluster: runs one program on every node of a graph, on the processes that mpirun has started.
///
/// Each rank hosts a block of consecutive nodes. All ranks make the same world and run the same program on it; rank 0
/// alone observes, and has models and counters of all nodes once the run is over. Time is wall time since a start on
/// which the ranks agree. This world differs from a `Simulation` in one way alone: the order of two events depends on
/// the machine. So only programs that wait for each other in a fixed order give the same models again.
class RankWorld {
 public:
  /// The time that a gradient takes. `real`: the time of its computation, times the step's slowdown. `paced`: the time
  /// that the law gives; a second thread computes it meanwhile. A rank computes its gradients one after the other.
  enum class Compute { real, paced };
  /// The time that a message takes. `real`: the time on the network between the ranks. `shaped`: the model's time,
  /// until which the message is held back.
  enum class Wire { real, shaped };
  /// The way of all-reduces. `played`: the nodes add, message by message, by the algorithm that the network model
  /// costs. `mpi`: MPI itself adds.
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
    std::optional<AllReduceMethod> all_reduce = {};  ///< method; none: that of `Network::all_reduce`
    const MixingSchedule* schedule =
        nullptr;                     ///< of rounds, within the graph of `mixing`; none: all rounds are the same
    const Faults* faults = nullptr;  ///< faults to inject; none: a run without faults
    NodeId servers = 0;              ///< number of servers, which are the last nodes
    std::function<LocalSamples(NodeId)> samples = {};  ///< of each worker; none: one sample, of one step
    std::vector<double> optimum = {};                  ///< x*, the minimum of f; empty if it is not known
    std::vector<Layer> layers = {};                    ///< of the model; none: it has no such structure
  };

  /// Throws MpiError if there are more ranks than nodes, if a message is larger than MPI can count (2³¹ − 1 bytes), and
  /// if a setting needs a part that is missing: a shape of the network, or a model whose gradients take real time.
  static void check(const MpiSession& session, const Setup& setup);

  /// All ranks make it at the same time. Throws as `check` does.
  RankWorld(MpiSession& session, Setup setup);
  ~RankWorld();

  /// Runs to the end, on all ranks at once. `observer` is used on rank 0 alone; an `interrupt` on any rank ends the run
  /// on all. Rank 0 returns how it ended, the others the same without times and details.
  ///
  /// Rethrows exceptions of programs. Ranks whose programs threw nothing throw a std::runtime_error with the same
  /// message. If a rank does not answer any more, the run counts as interrupted and the session is abandoned.
  End run(const Program& program, const Limits& limits, Observer* observer = nullptr,
          const std::atomic<bool>* interrupt = nullptr);

  /// The last snapshot. On rank 0, once the run is over; models are empty handles without numerics.
  Snapshot snapshot() const;
  Seconds now() const;
  std::span<const Params> models() const;
  NodeCounters counters(NodeId node) const;
  FaultCounters fault_counters(NodeId node) const;

  /// The delay from the due time of events to their handling, over all ranks. It shows how well the machine keeps time.
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
