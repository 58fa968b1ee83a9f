#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/faults/idle_outages.hpp"
#include "sim/mpi/blocks.hpp"
#include "sim/ranks/control.hpp"
#include "sim/world/run_state.hpp"

namespace gossamer {

class DataPlane;
class Transport;

/// Rank 0's view of the whole run. It looks for the observer, releases the programs that await the end of all nodes,
/// and detects the end of the run.
///
/// Termination is detected by counting packets twice (Mattern, "Algorithms for distributed termination detection",
/// Distributed Computing 2, 1987, the four-counter method): two successive waves find all ranks passive, and the first
/// counts as many packets received as the second counts packets sent.
class Coordinator {
 public:
  struct Setup {
    Blocks blocks;
    Limits limits;
    Observer* observer = nullptr;
    DataPlane* plane = nullptr;
    bool sees_all_messages = true;  ///< false if MPI itself averages
    bool has_faults = false;
  };
  Coordinator(Setup setup, Transport& control);

  /// Handles a packet from a rank.
  void handle(int rank, PacketReader packet, Control kind);

  /// This rank has received a signal.
  void interrupt() { interrupted_ = true; }
  /// The observer has failed.
  void fail(std::string what) { failure_ = std::move(what); }

  /// Decides on the next action, and sends it to all ranks.
  void decide(Seconds now);

  /// Whether every rank has answered the observation in flight, or reported after the stop.
  bool all_have_reported() const;

  /// Determines how the run ended, and when: `now`, or at the last event if none is pending. The observer takes a last
  /// look.
  void conclude(Seconds now);
  /// Sends the end to all ranks.
  void broadcast_end();

  /// The last snapshot.
  Snapshot snapshot() const;
  const NodeCounters& counters(NodeId node) const { return nodes_[static_cast<std::size_t>(node)].counters; }
  const FaultCounters& fault_counters(NodeId node) const { return nodes_[static_cast<std::size_t>(node)].faults; }
  const RankReport& rank_report(int rank) const { return ranks_[static_cast<std::size_t>(rank)].report; }

 private:
  struct RankView {
    Status status;
    RankReport report;
    bool reported = false;  ///< in answer to the observation in flight
    bool probed = false;    ///< in the wave in flight
  };
  /// A probe of all ranks that is in flight.
  struct Observation {
    std::int64_t number = 0;
    std::optional<Seconds> time;  ///< time of the snapshot; if empty, the time at which it is complete
  };
  /// A wave of probes.
  struct Wave {
    std::int64_t number = 0;
    std::optional<std::int64_t> received_before;  ///< in the previous wave, if it found all ranks passive
  };

  void broadcast(const Packet& packet);
  void stop(End::Reason reason, std::string detail = {}, bool failed = false);
  void open_window();
  void handle_report(int rank, PacketReader packet);
  std::int64_t expected_report() const;
  bool is_observation_due(Seconds now) const;
  void start_observation(Seconds now);
  void end_observation(Seconds now);
  void observe();

  bool is_livelocked(Seconds now);
  bool seems_quiet() const;
  void start_wave(std::optional<std::int64_t> received_before);
  void end_wave();
  void conclude_drained();
  std::string missing_ranks() const;
  void add_faults(Snapshot& snapshot) const;

  template <class Member>
  Member sum(Member Status::*member) const;

  Setup setup_;
  Transport& control_;
  std::vector<RankView> ranks_;
  std::vector<NodeReport> nodes_;
  std::vector<Params> models_;
  Seconds time_{0};  ///< of the last snapshot

  IdleOutages idle_outages_;
  std::uint64_t outages_ = 0;   ///< of all nodes, as far as ranks have reported
  std::uint64_t progress_ = 0;  ///< steps that were finished or continued after an outage

  Observer::Next next_observation_;
  std::optional<Observation> observation_;
  std::int64_t observations_ = 0;
  std::optional<Wave> wave_;
  std::int64_t waves_ = 0;
  bool begun_ = false;
  bool released_ = false;
  bool interrupted_ = false;
  bool window_open_ = false;
  bool drained_ = false;  ///< no event is pending
  std::optional<std::string> failure_;
  std::optional<End> end_;
};

}  // namespace gossamer
