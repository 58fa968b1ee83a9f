#pragma once
#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "sim/mpi/agenda.hpp"
#include "sim/mpi/blocks.hpp"
#include "sim/mpi/clock.hpp"
#include "sim/mpi/gradient_worker.hpp"
#include "sim/mpi/model_window.hpp"
#include "sim/mpi/mpi_all_reduce.hpp"
#include "sim/mpi/mpi_world.hpp"
#include "sim/mpi/rank_node.hpp"
#include "sim/mpi/transport.hpp"
#include "sim/network/shape.hpp"
#include "sim/world/meetings.hpp"
#include "sim/world/turns.hpp"

namespace gossamer {

/// One rank's share of the cluster: its nodes, and all that they have under way.
///
/// What happens has a time: that at which it was due, where a law or a shape says so, and else that at which it was
/// seen. What follows from it starts at that time, so that being late does not add up.
class Rank {
 public:
  Rank(const MpiWorld::Setup& setup, Blocks blocks, int rank, const Clock& clock);
  ~Rank();

  /// Prepares the programs. What happens at time zero can be done before, as ranks are not of one speed: all programs
  /// run to where they first wait.
  void start(const Program& program, const Limits& limits);
  /// It is time zero: what programs wait for begins.
  void begin();

  /// Whether every program has run to where it first waits.
  bool started() const { return events_ >= nodes_.size(); }

  /// Handles what is due, arrived or computed. Returns whether there was anything. Throws what a program throws.
  bool proceed();

  /// Whether nothing will happen here until a message comes.
  bool passive() const { return (agenda_.empty() || only_faults_left()) && !(worker_ && worker_->busy()) && !reads(); }
  /// Whether a gradient takes its real time now.
  bool computes() const { return worker_ && worker_->busy() && setup_.compute == MpiWorld::Compute::real; }
  /// Whether one-sided reads are under way, or wait for a window.
  bool reads() const { return !waiting_reads_.empty() || (window_ && window_->busy()); }
  Seconds next_due() const {
    return only_faults_left() ? Seconds{std::numeric_limits<double>::infinity()} : agenda_.next_due();
  }
  void nap(Seconds duration);

  /// Every node has finished: those who wait for that go on.
  void release();

  /// Whether nodes here have something to say to other ranks, or to ask them, that needs a window; and makes it, on all
  /// ranks at the same time.
  bool wants_window() const { return wants_window_; }
  void make_window();

  const Blocks& blocks() const { return blocks_; }
  const std::deque<RankNode>& nodes() const { return nodes_; }
  NodeCounters counters(const RankNode& node) const;
  FaultCounters fault_counters(const RankNode& node) const;
  bool is_down(const RankNode& node) const;
  const Params& model(const RankNode& node) const { return node.model_; }
  std::uint64_t reports(const RankNode& node) const { return node.reports_; }
  bool done(const RankNode& node) const { return node.done_; }
  Wait waiting(const RankNode& node) const { return node.waiting_; }
  NodeId waiting_for(const RankNode& node) const { return node.waiting_for_; }

  std::uint64_t node_steps() const { return steps_; }
  std::uint64_t outages() const;
  /// Steps that went on after an outage.
  std::uint64_t steps_gone_on() const;
  /// When all is over that is on the agenda beside faults; of no meaning in a run without.
  Seconds last_due() const { return faults_ ? agenda_.last_due() : Seconds{0}; }
  Bytes sent_bytes() const { return sent_bytes_; }
  NodeId out() const { return out_; }
  Transport& transport() { return transport_; }
  MpiAllReduce* mpi_all_reduce() { return mpi_all_reduce_.get(); }
  ModelWindow* window() { return window_.get(); }

  /// When something happened last, and how many things have.
  Seconds last_event() const { return last_event_; }
  std::uint64_t events() const { return events_; }
  Seconds lateness_sum() const { return lateness_sum_; }
  Seconds lateness_max() const { return lateness_max_; }
  const TransferTime& transfer() const { return transfer_; }

 private:
  friend class RankNode;
  struct FaultState;

  // What nodes ask for.
  const MpiWorld::Setup& setup() const { return setup_; }
  const Limits& limits() const { return limits_; }
  Meetings& meetings() { return meetings_; }
  Seconds now() const { return now_; }
  void send(NodeId from, NodeId to, MessageHeader::Kind kind, const Encoded& content, std::uint16_t question = 0);
  void send(NodeId from, std::int64_t all_reduce, const CollectivePlay::Part& part);
  void compute(RankNode& node, std::uint64_t step, const Params& x);
  void join_all_reduce(RankNode& node, std::int64_t number, const Params& x);
  void join_mpi_all_reduce(std::int64_t number, std::span<const std::byte> values);
  void charge(RankNode& node, const Traffic& traffic);
  void end_all_reduce(RankNode& node, std::int64_t number, std::span<const std::byte> mean);
  const AllReduceMethod& all_reduce_method() const;
  CollectivePlay make_play(NodeId node) const;
  void show(const RankNode& node);
  void start_read(const RankNode& reader);
  void count_out(RankNode& node);
  bool faulty() const { return faults_ != nullptr; }
  void note_handler();
  void answer_waiting(RankNode& node);
  Params first_params(NodeId i);
  std::uint16_t next_question(const RankNode& node, NodeId peer);
  bool has_ended(Wait what) const;
  void watch(const RankNode& node);
  bool is_there_despite_faults(RankNode& node, Wait what, NodeId peer);
  std::optional<Encoded> take_despite_faults(RankNode& node, Wait what, NodeId peer);

  RankNode& node(NodeId i) { return nodes_[static_cast<std::size_t>(i - blocks_.first(rank_))]; }
  bool hosts(NodeId i) const { return blocks_.host(i) == rank_; }

  bool receive();
  bool take_finished();
  bool handle_due();
  void handle(const Agenda::Item& item);
  void note(const Agenda::Item& item);
  void resume(RankNode& node);
  void wake_if_there(RankNode& node, Wait what, NodeId peer);
  void end_gradient(RankNode& node);

  // Faults; all but the first few need `faults_`.
  bool only_faults_left() const;
  bool is_stale_job(NodeId i);
  void put_gradient(Seconds due, const RankNode& node);
  void make_faults(const Faults& faults);
  void begin_faults(const Program& program);
  void put_fault(Seconds due, std::uint8_t what, NodeId node, std::uint16_t question);
  void await_outage(NodeId i);
  void handle_fault(RankNode& node, std::uint32_t token);
  void begin_outage(RankNode& node);
  void end_outage(RankNode& node);
  void start_anew(RankNode& node);
  void start_program(RankNode& node, Params model);
  void give_state(const MessageHeader& header);
  bool is_finished_despite_faults(RankNode& node, std::uint32_t incarnation);
  bool start_despite_faults(RankNode& node);
  void forget(RankNode& node);
  bool arrives_despite_faults(NodeMessage& message);
  Seconds decide_fate(MessageHeader& header);
  bool awaits_state(const MessageHeader& header) const;
  bool is_expected(const MessageHeader& header);
  void lose(NodeMessage& message);
  void leave_place(NodeMessage& message);
  void notify(MessageHeader::Kind kind, NodeId from, NodeId to, std::uint16_t question, Seconds known);
  void hear_notice(const MessageHeader& header);
  void return_despite_faults(const RankNode& node);
  bool is_kept_back(RankNode& reader, const Agenda::Item& item);
  bool finds_nobody(const RankNode& reader);
  void look_again(RankNode& node);
  bool is_detected(const RankNode& node, NodeId peer);
  void pass_over_missed(RankNode& node, NodeId peer);
  void give_up_exchange(RankNode& node, NodeId peer);

  Seconds first_byte(NodeId from, NodeId to, Bytes size, Side sender);
  Seconds arrival(Seconds first_byte, NodeId from, NodeId to, Bytes size, Side receiver);
  void post(MessageHeader header, const Params& content, std::span<const std::byte> values);
  std::span<const std::byte> bytes(const Params& content);
  void expect(NodeMessage message);
  bool is_noticed_later(const Agenda::Item& item);
  bool takes_turns(const MessageHeader& header) const;
  std::size_t pair_of(const MessageHeader& header);
  void come_out(std::uint32_t slot);
  void deliver(NodeMessage message);
  void answer(NodeMessage message, RankNode& partner);

  void expose(const RankNode& node, ModelWindow& window);
  void hide(RankNode& node);
  void take_request(const Agenda::Item& item);
  void read(const Agenda::Item& item);
  bool is_wanted(const RankNode& reader, std::uint32_t question) const;
  bool waits_for_window(const Agenda::Item& item);
  bool take_found();
  Encoded exposed(RankNode& node);
  void hand_over(RankNode& reader, Encoded found);
  Seconds first_byte_from_elsewhere(const RankNode& reader, Bytes size);
  std::uint32_t store(NodeMessage message);
  NodeMessage& stored(std::uint32_t slot) { return messages_[slot]; }
  NodeMessage take_stored(std::uint32_t slot);

  const MpiWorld::Setup& setup_;
  Blocks blocks_;
  int rank_;
  const Clock& clock_;
  Meetings meetings_;
  std::unique_ptr<Shape> shape_;                              ///< null: the real network
  mutable std::optional<AllReduceMethod> all_reduce_method_;  ///< once it is needed
  Transport transport_;
  std::unique_ptr<MpiAllReduce> mpi_all_reduce_;
  std::unique_ptr<GradientWorker> worker_;  ///< none without numerics
  std::unique_ptr<ModelWindow> window_;     ///< none before a node wants to be read, or to read
  bool wants_window_ = false;
  std::vector<Agenda::Item> waiting_reads_;  ///< for the window

  Limits limits_;
  Agenda agenda_;
  std::deque<NodeMessage> messages_;  ///< on their way, by slot
  std::vector<std::uint32_t> free_slots_;
  std::optional<Turns> turns_;           ///< of messages by slot; empty where the network keeps their order
  std::vector<std::size_t> pair_start_;  ///< by node, where its pairs with in-neighbors begin
  std::deque<RankNode> nodes_;

  Seconds now_{0};  ///< the time of what is being handled
  std::uint64_t steps_ = 0;
  Bytes sent_bytes_ = 0;
  NodeId out_ = 0;
  Seconds last_event_{0};
  std::uint64_t events_ = 0;
  Seconds lateness_sum_{0};
  Seconds lateness_max_{0};
  TransferTime transfer_;
  std::unique_ptr<FaultState> faults_;  ///< none in a run without faults
};

}  // namespace gossamer
