#pragma once
#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "sim/compute/step_times.hpp"
#include "sim/mpi/blocks.hpp"
#include "sim/mpi/clock.hpp"
#include "sim/mpi/model_window.hpp"
#include "sim/mpi/mpi_all_reduce.hpp"
#include "sim/mpi/transport.hpp"
#include "sim/network/shape.hpp"
#include "sim/ranks/agenda.hpp"
#include "sim/ranks/gradient_worker.hpp"
#include "sim/ranks/message.hpp"
#include "sim/ranks/rank_world.hpp"
#include "sim/world/collective_play.hpp"
#include "sim/world/fault_rules.hpp"
#include "sim/world/node_world.hpp"

namespace gossamer {

/// One rank's share of the cluster: a world in real time.
///
/// Every event has a time: its due time, if a law or a shape sets one, and otherwise the time at which the rank noticed
/// it. Its consequences start at that time, so that lateness does not add up.
class Rank final : public NodeWorld {
 public:
  Rank(const RankWorld::Setup& setup, Blocks blocks, int rank, const Clock& clock);

  /// Prepares the programs: all run until they first wait. That happens before time zero, since ranks differ in speed.
  void start(const Program& program, const Limits& limits);
  /// Starts at time zero the operations for which programs wait.
  void begin();

  /// Whether every program has run until it first waits.
  bool started() const { return events_ >= nodes_.size(); }

  /// Handles events that are due, arrived messages and computed gradients. Returns whether there was any. Rethrows
  /// exceptions of programs.
  bool proceed();

  /// Whether no event will happen on this rank until a message comes.
  bool passive() const { return (agenda_.empty() || only_faults_left()) && !(worker_ && worker_->busy()) && !reads(); }
  /// Whether a gradient takes its real time now.
  bool computes() const { return worker_ && worker_->busy() && setup_.compute == RankWorld::Compute::real; }
  /// Whether one-sided reads are in flight, or wait for a window.
  bool reads() const { return !waiting_reads_.empty() || (window_ && window_->busy()); }
  Seconds next_due() const {
    return only_faults_left() ? Seconds{std::numeric_limits<double>::infinity()} : agenda_.next_due();
  }
  void nap(Seconds duration);

  /// Every node of the cluster is out: resumes the programs that wait for that.
  void release_all();

  /// Whether a node of this rank exposes something to another rank, or reads from one. Both need a window.
  /// `make_window` makes it, on all ranks at the same time.
  bool wants_window() const { return wants_window_; }
  void make_window();

  const auto& nodes() const { return nodes_; }
  NodeCounters counters(const WorldNode& node) const;
  FaultCounters fault_counters(const WorldNode& node) const { return fault_counters_at(node, clock_.now()); }
  using NodeWorld::is_down;
  const Params& model(const WorldNode& node) const { return models_[index(node.id())]; }

  std::uint64_t reports() const { return reports_; }
  std::uint64_t node_steps() const { return steps_; }
  std::uint64_t outages() const { return outages_begun_; }
  std::uint64_t steps_continued() const { return steps_continued_; }
  /// The time of the last item on the agenda that is not a fault; without meaning in a run without faults.
  Seconds last_due() const { return faults_ ? agenda_.last_due() : Seconds{0}; }
  Bytes sent_bytes() const { return sent_bytes_; }
  NodeId out() const { return out_; }
  Transport& transport() { return transport_; }
  MpiAllReduce* mpi_all_reduce() { return mpi_all_reduce_.get(); }
  ModelWindow* window() { return window_.get(); }

  /// The time of the last event, and the number of events.
  Seconds last_event() const { return last_event_; }
  std::uint64_t events() const { return events_; }
  Seconds lateness_sum() const { return lateness_sum_; }
  Seconds lateness_max() const { return lateness_max_; }
  const TransferTime& transfer() const { return transfer_; }

 private:
  class PartSender;
  using Kind = Agenda::Kind;

  /// The state of a node that only real ranks have.
  struct Local {
    Seconds seen{0};               ///< the latest time of the node's events
    bool computing = false;        ///< the worker has the gradient in flight
    bool overdue = false;          ///< the time of the law is over, and the worker still computes
    std::uint32_t stale_jobs = 0;  ///< gradients of lost programs that the worker still computes
    Averaged averaged;
    std::int64_t all_reduces = 0;                        ///< that the node has joined
    std::array<std::optional<CollectivePlay>, 2> plays;  ///< by turn: its next all-reduce, or early parts of one
  };
  /// The state of a message that only real ranks have.
  struct Wire {
    Seconds due{0};  ///< arrival of the first byte, on a shaped network; of a read: when the request was in
    Packet packet;   ///< of a part: its coordinates
  };

  Local& local(const WorldNode& node) { return locals_[index(node.id())]; }
  Wire& wire(MessageId id) {
    if (id >= wires_.size()) wires_.resize(id + std::size_t{1});
    return wires_[id];
  }
  bool hosts(NodeId i) const { return blocks_.host(i) == rank_; }

  bool receive();
  bool take_finished();
  bool handle_due();
  void handle(const Agenda::Item& item);
  void note(const Agenda::Item& item);
  bool only_faults_left() const { return faults_ && all_out_ && agenda_.size() == fault_items_; }

  // Gradients and all-reduces.
  void start_step(WorldNode& node, std::uint64_t step, const Params& x) override;
  Params gradient(WorldNode& node) override { return std::move(node.gradient_value); }
  void schedule_gradient(Seconds due, const WorldNode& node) override;
  void end_gradient(WorldNode& node, std::uint32_t incarnation);
  const AllReduceMethod& all_reduce_method();
  CollectivePlay& play(const WorldNode& node, std::uint8_t turn);
  void join_all_reduce(WorldNode& node, const Params& x) override;
  void join_mpi_all_reduce(std::int64_t number, std::span<const std::byte> values);
  void take_part(MessageId id) override;
  /// Hands the mean out if the node has it.
  void end_all_reduce(WorldNode& node, std::uint8_t turn);
  void hand_out(WorldNode& node, std::span<const std::byte> mean);

  // Messages.
  void carry(MessageId id) override;
  void schedule_delivery(Seconds at, MessageId id) override;
  void unpack(Packet packet);
  void expect(MessageId id);
  std::span<const std::byte> bytes(const Params& content);
  Seconds first_byte(NodeId from, NodeId to, Bytes size, Side sender);
  Seconds arrival(Seconds first_byte, NodeId from, NodeId to, Bytes size, Side receiver);

  // One-sided reads.
  void exposes(const WorldNode& node) override;
  void expose(const WorldNode& node, ModelWindow& window);
  void take_request(const Agenda::Item& item);
  bool waits_for_window(const Agenda::Item& item);
  void serve_read(MessageId id) override;
  bool take_found();
  Seconds first_byte_from_elsewhere(NodeId target, NodeId reader, Bytes size);

  // Ends and faults.
  void count_out(WorldNode& node) override;
  void notify(MessageHeader header, MessageHeader::Notice notice, Seconds due);
  void take_notice(const MessageHeader& header);
  void schedule_fault(Seconds at, NodeId node, FaultEvent event) override;
  void outage_began(WorldNode&, const Outage&) override { ++outages_begun_; }
  void outage_ended(WorldNode&) override {}
  void step_continues() override { ++steps_continued_; }
  void state_lost(WorldNode& node) override;
  void ask_for_state(NodeId node, NodeId giver, std::uint16_t request) override;
  bool knows_down(const WorldNode& node, NodeId peer) override;
  void watch(const WorldNode& node) override;
  void program_returned(const WorldNode& node) override;

  const RankWorld::Setup& setup_;
  Blocks blocks_;
  int rank_;
  const Clock& clock_;
  std::unique_ptr<Shape> shape_;                      ///< null: the real network
  std::optional<AllReduceMethod> all_reduce_method_;  ///< set when it is first needed
  Transport transport_;
  std::unique_ptr<MpiAllReduce> mpi_all_reduce_;
  std::unique_ptr<GradientWorker> worker_;  ///< none without numerics
  std::unique_ptr<ModelWindow> window_;     ///< none before a node exposes or reads
  bool wants_window_ = false;
  std::vector<Agenda::Item> waiting_reads_;  ///< until there is a window

  Agenda agenda_;
  std::vector<Local> locals_;  ///< by node
  std::vector<Wire> wires_;    ///< by message

  Seconds last_event_{0};
  std::uint64_t events_ = 0;
  Seconds lateness_sum_{0};
  Seconds lateness_max_{0};

  // Of a run with faults.
  std::size_t fault_items_ = 0;        ///< items on the agenda that are faults
  std::vector<Seconds> returned_;      ///< by mailbox: when the return of the sender's program is detected
  std::uint64_t outages_begun_ = 0;    ///< of all nodes here
  std::uint64_t steps_continued_ = 0;  ///< after an outage
};

}  // namespace gossamer
