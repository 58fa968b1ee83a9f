#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "sim/compute/step_times.hpp"
#include "sim/mpi/blocks.hpp"
#include "sim/mpi/clock.hpp"
#include "sim/mpi/shutdown.hpp"
#include "sim/ranks/agenda.hpp"
#include "sim/ranks/control.hpp"
#include "sim/ranks/gradient_worker.hpp"
#include "sim/ranks/idle_backoff.hpp"
#include "sim/ranks/means_by_mpi.hpp"
#include "sim/ranks/message.hpp"
#include "sim/ranks/rank_world.hpp"
#include "sim/ranks/shared_cards.hpp"
#include "sim/world/fault_rules.hpp"
#include "sim/world/played_all_reduces.hpp"
#include "sim/world/shared_world.hpp"

namespace gossamer {

/// One rank's share of the cluster: a world in real time.
///
/// Every event has a time: its due time, if a law or a shape sets one, and otherwise the time at which the rank noticed
/// it. Its consequences start at that time, so that lateness does not add up.
class Rank final : public SharedWorld, public PlayedCollective::Carrier {
 public:
  Rank(const RankWorld::Setup& setup, Blocks blocks, int rank, const Clock& clock);

  /// Prepares the programs: all run until they first wait. That happens before time zero, since ranks differ in speed.
  void start(const Program& program, const Limits& limits);
  /// Starts at time zero the operations for which programs wait.
  void begin();

  /// Whether every program has run until it first waits.
  bool started() const { return record_.events >= nodes_.size(); }

  /// Handles events that are due, arrived messages and computed gradients. Returns whether there was any. Rethrows
  /// exceptions of programs.
  bool proceed();
  Seconds next_due() const;
  IdleBackoff::Activity activity() const;
  void sleep_for(Seconds duration);

  /// Every node of the cluster is out: resumes the programs that wait for that.
  void release_waiting();

  /// Whether a node of this rank exposes something to another rank, or reads from one. Both need a window.
  /// `make_window` makes it, on all ranks at the same time.
  bool wants_window() const { return wants_window_; }
  void make_window();

  // The view from outside.
  Status status() const;
  RankReport report() const;
  NodeReport report(const WorldNode& node) const;
  /// The coordinates of the node's model; none without numerics.
  std::span<const std::byte> model(const WorldNode& node) const;
  const auto& nodes() const { return nodes_; }
  Channels channels(Transport& control) {
    return {transport_, control, means_by_mpi_ ? &means_by_mpi_->sums() : nullptr, window_.get()};
  }

 private:
  using Kind = Agenda::Kind;

  /// The state of a node that only real ranks have.
  struct Local {
    Seconds seen{0};               ///< the latest time of the node's events
    bool computing = false;        ///< the worker has the gradient in flight
    bool overdue = false;          ///< the time of the law is over, and the worker still computes
    std::uint32_t stale_jobs = 0;  ///< gradients without a program that the worker still computes
    std::deque<NodeId> tickets;    ///< of all-reduces by MPI itself that are not over
    Averaged averaged;
  };
  /// The state of a message that only real ranks have.
  struct Transit {
    Seconds due{0};  ///< arrival of the first byte, on a shaped network; of a read: when the request was in
    Packet packet;   ///< of a part
  };

  Local& local(const WorldNode& node) { return locals_[index(node.id())]; }
  Transit& transit(MessageId id) {
    if (id >= transits_.size()) transits_.resize(id + std::size_t{1});
    return transits_[id];
  }
  bool hosts(NodeId i) const { return blocks_.host(i) == rank_; }

  bool receive();
  bool take_finished_gradients();
  bool handle_due();
  void handle(const Agenda::Item& item);
  void note_event(const Agenda::Item& item);
  bool only_faults_left() const { return faults_ && all_out_ && agenda_.size() == fault_items_; }
  /// Whether no event will happen on this rank until a message comes.
  bool passive() const { return (agenda_.empty() || only_faults_left()) && !(worker_ && worker_->busy()) && !reads(); }
  /// Whether one-sided reads are in flight, or wait for a window.
  bool reads() const { return !waiting_reads_.empty() || (window_ && window_->busy()); }

  // Gradients and all-reduces.
  void begin_computation(WorldNode& node, const Computation& what, const Params& x) override;
  void computation_given_up(WorldNode& node) override { drop_job(node); }
  void drop_job(const WorldNode& node);
  Params gradient(WorldNode& node) override { return std::move(gradient_value(node)); }
  void schedule_gradient(Seconds due, const WorldNode& node) override;
  void schedule_timer(Seconds at, const WorldNode& node) override { agenda_.put(at, Kind::timer, node.id()); }
  void end_gradient(WorldNode& node, std::uint32_t number);
  std::uint32_t computation_number(const WorldNode& node) const;
  AllReduceMethod all_reduce_method(NodeId nodes, Bytes payload);
  void join_all_reduce(WorldNode& node, const AllReduceKind& kind, NodeId ticket, AllReduced own) override;
  void join_mean_by_mpi(const WorldNode& node, NodeId ticket, std::span<const std::byte> values);
  void join_all_gather(const WorldNode& node, const AllReduceKind& kind, NodeId ticket, const Encoded& mine);
  void deliver_gathered(WorldNode& node, PlayedAllReduces::Play play, const PlayedAllReduces::Over& over);
  PlayedAllReduces& played();
  DataPlane* plane_of(const AllReduceKind& kind);
  void carry_part(Message part, Packet packet) override;
  void receive_part(MessageId id) override;
  /// Hands out a mean; no coordinates without numerics.
  void deliver_mean_bytes(WorldNode& node, const AllReduceKind& kind, NodeId ticket, std::span<const std::byte> mean);

  // Messages.
  void carry(MessageId id) override;
  void schedule_delivery(Seconds at, MessageId id) override;
  void unpack(Packet packet);
  void schedule_arrival(MessageId id);
  std::span<const std::byte> bytes(const Params& content) const;

  // One-sided reads.
  void model_exposed(const WorldNode& node) override;
  void expose(const WorldNode& node, ModelWindow& window);
  void handle_request(const Agenda::Item& item);
  bool waits_for_window(const Agenda::Item& item);
  void serve_read(MessageId id) override;
  bool take_finished_reads();

  // Ends and faults.
  void schedule_release(const WorldNode& node) override { agenda_.put(now_, Kind::release, node.id()); }
  void notify(MessageHeader header, MessageHeader::Notice notice, Seconds due);
  void handle_notice(const MessageHeader& header);
  void schedule_fault(Seconds at, NodeId node, FaultEvent event) override;
  void outage_began(WorldNode&, const Outage&) override { ++outages_; }
  void outage_ended(WorldNode&) override {}
  void step_continues() override { ++steps_continued_; }
  void state_lost(WorldNode& node) override;
  void request_state(NodeId node, NodeId donor, std::uint16_t request) override;
  bool has_detected_down(const WorldNode& node, NodeId peer) override;
  void watch(const WorldNode& node) override;
  void program_returned(const WorldNode& node) override;

  const RankWorld::Setup& setup_;
  Blocks blocks_;
  int rank_;
  const Clock& clock_;
  std::optional<SharedCards> cards_;  ///< none on the real network
  Transport transport_;
  std::unique_ptr<GradientWorker> worker_;  ///< none without numerics
  std::unique_ptr<ModelWindow> window_;     ///< none before a node exposes or reads
  bool wants_window_ = false;
  std::vector<Agenda::Item> waiting_reads_;  ///< until there is a window

  /// By the word of a play: the list of an all-gather, and the number of nodes here that do not have it.
  std::map<std::uint16_t, std::pair<std::shared_ptr<const Gathered>, NodeId>> gathered_;
  std::optional<PlayedAllReduces> played_;                       ///< set when it is first needed
  std::map<NodeId, std::shared_ptr<DataPlane>> numbers_planes_;  ///< by how many numbers
  std::optional<MeansByMpi> means_by_mpi_;  ///< of models, over all nodes; none if all-reduces are played

  Agenda agenda_;
  std::vector<Local> locals_;      ///< by node
  std::vector<Transit> transits_;  ///< by message
  RankReport record_;              ///< of events so far

  // Of a run with faults.
  std::size_t fault_items_ = 0;         ///< items on the agenda that are faults
  std::vector<Seconds> returned_;       ///< by mailbox: when the return of the sender's program is detected
  std::map<NodeId, Seconds> rechecks_;  ///< the next one of each node that has waited
  std::uint64_t outages_ = 0;           ///< of all nodes here
  std::uint64_t steps_continued_ = 0;   ///< after an outage
};

}  // namespace gossamer
