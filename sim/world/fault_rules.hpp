#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/faults/fates.hpp"
#include "sim/faults/faults.hpp"
#include "sim/faults/outages.hpp"
#include "sim/world/fault_event.hpp"
#include "sim/world/paused_gradient.hpp"
#include "sim/world/shared_world.hpp"

namespace gossamer {

/// The rules of sim/faults/faults.md, in every world: nodes that go down, come back and start anew, messages that do
/// not arrive, and nodes that wait for these. Keeps all state of faults for the nodes of one world.
class FaultRules {
 public:
  /// Made once the world has its nodes.
  FaultRules(SharedWorld& world, const Faults& faults);

  /// Schedules the first outages, and takes the program that nodes start anew.
  void begin(const Program& program);
  void handle(WorldNode& node, FaultEvent event);

  // Nodes.
  bool is_down(const WorldNode& node) const { return of(node).down; }
  /// The time since which a node is down or has returned, and so sends nothing.
  Seconds silent_since(const WorldNode& node) const { return of(node).silent_since; }
  /// The number of programs that the node has lost. Gradients and means of these are discarded.
  std::uint32_t incarnation(const WorldNode& node) const { return of(node).incarnation; }
  bool began_anew(const WorldNode& node) const { return of(node).anew; }
  Outages& outages() { return outages_; }
  const Faults& faults() const { return faults_; }
  FaultCounters counters_at(const WorldNode& node, Seconds time) const;

  /// Starts the node's program at time zero if the node is up; a node that is down will start anew.
  void start(WorldNode& node);
  /// Starts the program anew, from that model or, if it is empty, from the node's model at time zero.
  void start_program(WorldNode& node, Params model);
  void program_returned(const WorldNode& node);
  /// The model from which the program has started; empty if it is that of time zero.
  Params first_params(NodeId node) const { return nodes_[world_.index(node)].state; }
  /// Sends the donor's model to a node that starts from it.
  void send_state(NodeId donor, NodeId joiner, std::uint16_t request);
  /// Whether a computation that is due is finished: no outage has interrupted it. Its program is still there.
  bool is_finished(WorldNode& node);
  void computation_given_up(const WorldNode& node) { of(node).gradient = {}; }

  // Messages.
  void note_sent(MessageId id, Seconds time) { transit(id) = {.time = time}; }
  /// Whether a message that the network hands over has arrived intact and its receiver takes it. Handles all others.
  bool arrives(MessageId id);
  /// The number of the node's next exchange, read or request for a state: each kind has numbers of its own.
  std::uint16_t next_request(WorldNode& node, Message::Kind kind, NodeId peer);
  /// The node has a handler from now on. It answers all requests, so no later request is outdated.
  void note_handler(const WorldNode& node);
  /// The receiver of a lost request has a handler since, so the sender waits for an answer that will not come.
  void answer_lost_request(MessageId id);

  // Waiting for messages and exchanges.
  bool is_available(WorldNode& node, Wait what, NodeId peer);
  /// A message or an answer; nothing if it was lost, or if the peer is down.
  std::optional<Encoded> take(WorldNode& node, Wait what, NodeId peer);
  /// Of the senders from which a node receives any message, one that it has detected to be down, in an outage of which
  /// its program has not heard.
  std::optional<NodeId> new_outage(const WorldNode& node);
  /// Has the program hear of it.
  std::optional<Received> take_outage(const WorldNode& node);
  /// Whether the node has detected that none of these senders is left.
  bool is_alone(const WorldNode& node);
  static bool is_lost_model(Message::Kind kind) {
    return kind == Message::Kind::lost_model || kind == Message::Kind::missed_model;
  }
  /// The time from which the receiver of a lost message may know of the loss.
  Seconds loss_known_from(MessageId id) { return transit(id).time; }
  /// Removes the placeholder of a lost message, which is the first in its mailbox.
  void drop_placeholder(WorldNode& node, NodeId peer);
  /// Resumes a program if the input that it waits for is there, or if the node has detected that it will not come.
  void recheck_wait(WorldNode& node);

 private:
  struct NodeFaults {
    bool down = false;
    bool started = false;
    bool anew = false;              ///< its program began after an outage
    bool answers = false;           ///< had a handler when it went down
    bool awaits_state = false;      ///< waits for a neighbor's model, to start from it
    std::uint16_t exchanges = 0;    ///< number that it has started
    std::uint16_t reads = 0;        ///< the same
    std::uint16_t states = 0;       ///< number that it has requested
    std::uint32_t incarnation = 0;  ///< programs that it has lost
    NodeId exchange_peer = 0;       ///< of the exchange in flight
    std::size_t outage = 0;         ///< number of the present outage, or of the next
    Seconds silent_since{0};        ///< time at which it went down or returned
    Params state;                   ///< the neighbor's model from which its program has started
    PausedGradient gradient;        ///< the gradient in flight
    FaultCounters counters;
  };
  /// The faults of a mailbox.
  struct PairFaults {
    std::uint8_t missed = 0;     ///< placeholders of missed models in it
    std::uint16_t late = 0;      ///< messages in flight that are due later than the network delivered them
    std::uint32_t outdated = 0;  ///< requests in flight that belong to exchanges given up
  };
  struct Transit {
    enum class Stage : std::uint8_t { in_flight, arrives, lost, corrupted };
    Seconds time{0};  ///< when it was sent; of a lost message: when its receiver may detect the loss
    Stage stage = Stage::in_flight;
  };

  NodeFaults& of(const WorldNode& node) { return nodes_[world_.index(node.id())]; }
  const NodeFaults& of(const WorldNode& node) const { return nodes_[world_.index(node.id())]; }
  PairFaults& pair(const WorldNode& receiver, NodeId sender) { return pairs_[world_.mailbox_number(receiver, sender)]; }
  Transit& transit(MessageId id) {
    if (id >= transits_.size()) transits_.resize(id + 1);
    return transits_[id];
  }
  void schedule(Seconds at, NodeId node, FaultEvent event) { world_.schedule_fault(at, node, event); }

  void await_outage(const WorldNode& node);
  void begin_outage(WorldNode& node);
  void end_outage(WorldNode& node);
  void start_anew(WorldNode& node);
  void lose_state(WorldNode& node);
  void drop_models(WorldNode& node, Mailbox& box, NodeId peer);

  std::uint16_t& number(NodeFaults& state, Message::Kind kind);
  bool is_due_later(MessageId id);
  Seconds decide_fate(MessageId id);
  bool awaits_state(const Message& state) const;
  bool is_expected(const Message& message);
  bool is_reached(const Message& message);
  std::optional<MessageFate> fate_on_arrival(MessageId id);
  void lose(MessageId id, MessageFate fate);
  void leave_placeholder(MessageId id);
  void remove_missed(WorldNode& node, NodeId peer);
  void give_up_exchange(WorldNode& node, NodeId peer);

  SharedWorld& world_;
  const Faults& faults_;
  Outages outages_;  ///< of all nodes of the cluster
  Fates fates_;
  std::vector<NodeFaults> nodes_;
  std::vector<PairFaults> pairs_;  ///< by mailbox
  std::vector<Transit> transits_;  ///< by message
  Program program_;
  bool anyone_answers_ = false;
};

}  // namespace gossamer
