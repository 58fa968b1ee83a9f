#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/compute/step_times.hpp"
#include "sim/engine/collective_transfer.hpp"
#include "sim/engine/event_queue.hpp"
#include "sim/engine/message_pool.hpp"
#include "sim/engine/played_all_reduce.hpp"
#include "sim/engine/simulation.hpp"
#include "sim/numerics/huge_pages.hpp"
#include "sim/world/meetings.hpp"
#include "sim/world/turns.hpp"

namespace gossamer {

/// A node in virtual time: the words of `Node`, each of which becomes events of its world.
class VirtualNode final : public Node {
 public:
  VirtualNode(Simulation::World& world, NodeId id, NodeId nodes, std::span<const NodeId> in,
              std::span<const NodeId> out, Mailbox* mailboxes)
      : Node{id, nodes, in, out}, world_{&world}, mailboxes_{mailboxes} {}

  double weight(NodeId j) const override;
  bool running() const override;
  Params initial_params() override;
  Bytes payload() const override;
  Encoded encode(const Codec& codec, const Params& x) override;
  Params decode(const Codec& codec, const Encoded& message, const Params& near) override;
  void report(const Params& x) override;
  NodeId random_neighbor() override;
  NodeId next_meeting() override;
  Draws draws(Purpose purpose) override;

 private:
  friend class Simulation::World;

  /// How far something that this node has started is.
  enum class Stage : std::uint8_t { none, under_way, ready };

  /// What one-sided reads need of a node.
  struct View {
    Encoded exposed;              ///< to all who read it
    std::optional<Encoded> read;  ///< of the node that it has read; empty if nothing came
  };

  std::shared_ptr<const Mixing> mixing(std::uint64_t round) const override;
  void start_gradient(const Params& x) override;
  void start_exchange(NodeId j, const Encoded& mine) override;
  void show(const Encoded& message) override;
  void start_read(NodeId j) override;
  void answer_by(std::function<Encoded(const Encoded& theirs)> handler) override;
  void post(NodeId j, const Encoded& message) override;
  void start_all_reduce(const Params& x) override;
  double evaluate(const SquaredNorm& question) override;
  void* take_frame(std::size_t bytes) override;
  bool wait(Wait what, NodeId peer) override;
  std::optional<Encoded> take(Wait what, NodeId peer) override;

  bool is_there(Wait what, NodeId peer);
  std::size_t neighbor_index(NodeId from) const;
  Mailbox& mailbox(NodeId from) const { return mailboxes_[neighbor_index(from)]; }
  Encoded pop(NodeId from);
  void meet() {
    ++counters_.interactions;
    ++touched_;
  }

  Simulation::World* world_;
  Mailbox* mailboxes_;  ///< one for each in-neighbor, in their order
  Task task_;
  std::function<Encoded(const Encoded& theirs)> handler_;

  Wait waiting_ = Wait::nothing;
  NodeId waiting_for_ = 0;
  Stage gradient_ = Stage::none;
  Stage exchange_ = Stage::none;
  Stage read_ = Stage::none;
  Stage all_reduce_ = Stage::none;
  bool done_ = false;
  bool out_ = false;  ///< the program has ended or awaits everybody's end

  Params gradient_at_;  ///< the model at which the gradient under way is taken
  Seconds gradient_start_{0};
  std::optional<Encoded> answer_;  ///< to the exchange under way; empty if nothing came
  Params mean_;                    ///< of the all-reduce under way

  NodeCounters counters_;
  std::uint64_t steps_started_ = 0;
  std::uint32_t choices_ = 0;
  std::uint32_t streams_ = 0;
  std::uint32_t encodings_ = 0;
  std::uint8_t turn_ = 0;      ///< of its next all-reduce, where they are played
  std::uint32_t touched_ = 0;  ///< exchanges that could have changed this node's model
  std::uint32_t touched_at_start_ = 0;
};

/// The state of a simulation: nodes, messages, clock.
class Simulation::World final : public Courier {
 public:
  explicit World(Setup setup);
  ~World();

  End run(const Program& program, const Limits& limits, Observer* observer, const std::atomic<bool>* interrupt);

  void wake_at(Seconds at, std::uint32_t token) override { schedule(at, Kind::wake, 0, token); }
  void deliver_at(Seconds at, MessageId message) override {
    schedule(at, Kind::deliver, messages_[message].to, message);
  }

 private:
  friend class VirtualNode;
  friend class Simulation;
  class PartSender;
  struct FaultState;
  enum class FaultWhat : std::uint8_t { outage_begins, outage_ends, detected, no_answer, nothing_read, look };

  enum class Kind : std::uint8_t { start, gradient, wake, deliver, all_reduced, released, fault };

  void schedule(Seconds at, Kind kind, NodeId node, std::uint32_t token = 0) {
    if (kind != Kind::fault) last_due_ = std::max(last_due_, at);
    queue_.push(at, static_cast<std::uint64_t>(kind) << 60 | static_cast<std::uint64_t>(node) << 32 | token);
  }
  VirtualNode& node(NodeId i) { return nodes_[static_cast<std::size_t>(i)]; }

  std::size_t mailbox_number(const VirtualNode& receiver, std::size_t neighbor) const {
    return mailbox_start_[static_cast<std::size_t>(receiver.id())] + neighbor;
  }

  void start(const Program& program);
  std::optional<End> loop(const std::atomic<bool>* interrupt);
  bool is_dropped(const Event& event) const;
  std::optional<End> advance(Seconds time);
  void handle(std::uint64_t what);
  void handle(VirtualNode& node, Kind kind, std::uint32_t token);
  void prefetch(std::uint64_t what, Lead lead) const;
  void resume(VirtualNode& node);
  void wake_if_there(VirtualNode& node, Wait what, NodeId peer);

  Seconds gradient_start(const VirtualNode& node) const;
  void delay_gradient(const VirtualNode& node, Bytes size);
  bool is_delayed(const VirtualNode& node);
  void schedule_gradient(Seconds due, const VirtualNode& node);
  Seconds averaging(const VirtualNode& node, std::uint64_t step);
  bool is_noticed_later(MessageId id);
  void finish_gradient(VirtualNode& node);
  void send(NodeId from, NodeId to, Message::Kind kind, const Encoded& content, std::uint16_t question = 0);
  void note_sent(MessageId id);
  void enter_network(MessageId id, NodeId from, NodeId to, Bytes size);
  std::size_t pair_of(const Message& message);
  void deliver(MessageId id);
  void let_in(MessageId id);
  void answer(MessageId id, VirtualNode& partner);
  void answer_waiting(VirtualNode& node);
  void deliver_aside(MessageId id);
  VirtualNode::View& view(NodeId node);
  void start_read(VirtualNode& reader, NodeId target);
  void send_one_sided(NodeId from, NodeId to, Message::Kind kind, const Encoded& content, NodeId read,
                      std::uint16_t question);
  void show_to_reader(MessageId id);
  void take_shown(MessageId id);
  Network::Collective all_reduce_of_all();
  void join_all_reduce(VirtualNode& node, const Params& x);
  void charge(VirtualNode& node, const Traffic& traffic);
  static Bytes size_of_one(const Traffic& traffic);
  void play_all_reduce(VirtualNode& node, const Params& x);
  void take_part(MessageId id);
  void end_all_reduce(VirtualNode& node, PlayedAllReduce& all);
  void count_out(VirtualNode& node);

  // Faults; all but the first few need `faults_`.
  bool is_down(NodeId node) const;
  FaultCounters fault_counters(NodeId node) const;
  std::uint16_t next_question(VirtualNode& node, NodeId peer);
  void note_handler();
  void begin_faults(const Program& program);
  void schedule_fault(Seconds at, FaultWhat what, NodeId node, std::uint16_t question = 0);
  void handle_despite_faults(VirtualNode& node, Kind kind, std::uint32_t token);
  void handle_fault(VirtualNode& node, std::uint32_t token);
  bool is_moot(NodeId node, std::uint32_t token) const;
  void note_step();
  bool nobody_proceeds() const;
  void await_outage(NodeId i);
  void begin_outage(VirtualNode& node);
  void end_outage(VirtualNode& node);
  void go_on_computing(VirtualNode& node);
  bool is_finished_despite_faults(VirtualNode& node, std::uint32_t incarnation);
  void start_despite_faults(VirtualNode& node);
  void start_anew(VirtualNode& node);
  void start_program(VirtualNode& node, Params model);
  void take_state(MessageId id);
  Params first_params(NodeId node) const;
  void forget(VirtualNode& node);
  void forget_models(VirtualNode& node, std::size_t neighbor);
  void tell_detected(VirtualNode& node);
  void look_again(VirtualNode& node);
  void count_one_less();
  void count_out_despite_faults(VirtualNode& node);
  void return_despite_faults(const VirtualNode& node);
  void add_faults(Snapshot& snapshot) const;
  bool arrives_despite_faults(MessageId id);
  Seconds decide_fate(MessageId id);
  Seconds decide_fate_of_request(MessageId id);
  bool is_expected(MessageId id);
  bool awaits_state(NodeId i, std::uint16_t question) const;
  std::optional<MessageFate> fate_on_arrival(MessageId id);
  void lose(MessageId id, MessageFate fate);
  void tell_unanswered(MessageId id);
  void leave_place(MessageId id);
  void pass_over_missed(VirtualNode& node, NodeId peer);
  bool is_there_despite_faults(VirtualNode& node, Wait what, NodeId peer);
  std::optional<Encoded> take_despite_faults(VirtualNode& node, Wait what, NodeId peer);
  void give_up_exchange(VirtualNode& node, NodeId peer);
  void join_all_reduce_of_living(VirtualNode& node, const Params& x);
  bool is_awaited(const VirtualNode& node) const;
  void begin_all_reduce_of_living();
  void end_all_reduce_of_living(VirtualNode& node, std::uint32_t incarnation);
  /// The models of the living nodes are others than before.
  void note_change() { look_due_ |= next_look_.at_changes; }
  std::optional<std::string> observe();
  Snapshot snapshot() const;
  NodeCounters counters(const VirtualNode& node) const;
  End end(End::Reason reason, std::string detail = {}) const;
  End drained() const;

  Setup setup_;
  Meetings meetings_;
  std::vector<std::size_t> mailbox_start_;
  std::vector<Mailbox, HugePages<Mailbox>> mailboxes_;
  Arena frames_;  ///< of all programs
  std::vector<VirtualNode, HugePages<VirtualNode>> nodes_;
  std::vector<Params, HugePages<Params>> models_;
  std::vector<VirtualNode::View, HugePages<VirtualNode::View>> views_;  ///< none before the first word of reads
  MessagePool messages_;
  EventQueue queue_;
  Seconds now_{0};
  Seconds last_due_{0};  ///< of all events but faults, the latest

  TransferTime transfer_;
  CollectiveTransfer collective_transfer_;
  std::optional<Turns> turns_;          ///< of mailboxes' messages; empty where the network keeps their order
  std::vector<Seconds> delays_;         ///< what messages add to gradients under way; empty where they never do
  std::vector<Averaged> averaged_;      ///< by node; empty where averaging takes no time
  std::vector<Seconds> gradients_due_;  ///< by node, where nodes that compute are not attentive; else empty

  std::optional<AllReduceMethod> played_method_;  ///< once it is needed
  std::array<PlayedAllReduce, 2> played_;         ///< by turn: nobody is ahead of another by more than one
  std::vector<Params> contributions_;             ///< to the all-reduce that gathers
  NodeId joined_ = 0;
  Params mean_;

  std::unique_ptr<FaultState> faults_;  ///< none in a run without faults

  NodeId out_ = 0;  ///< nodes that are out
  std::uint64_t events_ = 0;
  std::uint64_t steps_ = 0;
  Bytes sent_bytes_ = 0;
  std::uint64_t reports_ = 0;

  Limits limits_;
  Observer* observer_ = nullptr;
  Observer::Next next_look_;
  bool look_due_ = false;
  std::uint64_t events_at_look_ = 0;
  Seconds time_of_look_{-1};
};

}  // namespace gossamer
