#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "sim/faults/faults.hpp"
#include "sim/faults/outages.hpp"
#include "sim/network/collectives/schedule.hpp"
#include "sim/network/network.hpp"
#include "sim/numerics/data_plane.hpp"
#include "sim/numerics/huge_pages.hpp"
#include "sim/world/computation.hpp"
#include "sim/world/fault_event.hpp"
#include "sim/world/meetings.hpp"
#include "sim/world/message.hpp"
#include "sim/world/message_order.hpp"
#include "sim/world/open_all_reduces.hpp"
#include "sim/world/reception.hpp"
#include "sim/world/run_state.hpp"
#include "sim/world/timeline.hpp"
#include "sim/world/world_node.hpp"
#include "topologies/mixing.hpp"
#include "topologies/schedule.hpp"

namespace gossamer {

class FaultRules;

/// The cluster of which a world hosts nodes.
struct Cluster {
  const Mixing& mixing;
  const MixingSchedule* schedule = nullptr;  ///< of rounds; null if all rounds are the same
  const Network& network;
  DataPlane* plane = nullptr;  ///< null without numerics
  Bytes payload = 0;           ///< bytes of one model on the wire
  std::uint64_t seed = 1;
  Timeline* timeline = nullptr;
  const Faults* faults = nullptr;  ///< null if nothing goes wrong
  NodeId servers = 0;              ///< the last nodes, which do not train
  std::function<LocalSamples(NodeId)> samples = {};
  std::vector<double> optimum = {};  ///< x*; empty if it is not known
  std::vector<Layer> layers = {};    ///< of the model; none if it has no such structure

  NodeId workers() const { return mixing.size() - servers; }
  LocalSamples samples_of(NodeId node) const { return samples ? samples(node) : LocalSamples{}; }
};

/// The cluster in the setup of a world, whose fields have the same names.
template <class Setup>
Cluster cluster_of(const Setup& setup, Timeline* timeline) {
  return {.mixing = setup.mixing,
          .schedule = setup.schedule,
          .network = setup.network,
          .plane = setup.plane,
          .payload = setup.payload,
          .seed = setup.seed,
          .timeline = timeline,
          .faults = setup.faults,
          .servers = setup.servers,
          .samples = setup.samples,
          .optimum = setup.optimum,
          .layers = setup.layers};
}

/// The shared part of all worlds of nodes. It has the state of nodes, mailboxes, messages in flight and counters. It
/// sends, receives and answers messages, and resumes programs.
///
/// A world adds a clock: it sets `now_` and calls `resume`, `deliver`, `finish_step`, `release` and `FaultRules` when
/// something is due. It carries messages, computes gradients and all-reduces, and detects nodes that are down.
class SharedWorld {
 public:
  /// Hosts the nodes of `range`.
  SharedWorld(const Cluster& cluster, std::vector<std::pair<NodeId, NodeId>> meetings, Meetings::Range range);
  SharedWorld(const SharedWorld&) = delete;
  SharedWorld& operator=(const SharedWorld&) = delete;

 protected:
  friend class WorldNode;
  friend class FaultRules;

  /// The state of a node for one-sided reads.
  struct View {
    Encoded exposed;              ///< to all readers; an empty vector is the model at time zero
    std::optional<Encoded> read;  ///< from the node that it has read; empty if no answer came
  };

  /// The state of a node that only some algorithms need.
  struct Extras {
    std::uint32_t streams = 0;    ///< of draws
    std::uint32_t encodings = 0;  ///< messages encoded
  };

  virtual ~SharedWorld();

  std::size_t index(NodeId i) const { return static_cast<std::size_t>(i - first_); }
  WorldNode& node(NodeId i) { return nodes_[index(i)]; }
  /// Mailboxes are numbered in the order of receivers, and then of their in-neighbors.
  std::size_t first_mailbox(const WorldNode& receiver) const {
    return static_cast<std::size_t>(receiver.in_neighbors().data() - senders_);
  }
  std::size_t mailbox_number(const WorldNode& receiver, NodeId sender) const {
    return first_mailbox(receiver) + receiver.neighbor_index(sender);
  }
  Mailbox& mailbox(std::size_t number) {
    if (mailboxes_.empty()) mailboxes_.resize(pairs_);
    return mailboxes_[number];
  }
  /// The first message in a mailbox, or none.
  MessageId first_message(const WorldNode& receiver, NodeId sender) const {
    const std::size_t number = mailbox_number(receiver, sender);
    return mailboxes_.empty() ? Message::none : mailboxes_[number].first();
  }
  std::size_t pair_of(const Message& message) { return mailbox_number(node(message.to), message.from); }
  View& view(NodeId node);
  Extras& extras(const WorldNode& node) {
    if (extras_.empty()) extras_.resize(nodes_.size());
    return extras_[index(node.id())];
  }
  OpenAllReduces& open_all_reduces(const WorldNode& node) {
    if (open_all_reduces_.empty()) open_all_reduces_.resize(nodes_.size());
    return open_all_reduces_[index(node.id())];
  }
  Reception& reception(const WorldNode& node) {
    if (receptions_.empty()) receptions_.resize(nodes_.size());
    return receptions_[index(node.id())];
  }
  bool listens(const WorldNode& node) const { return !receptions_.empty() && receptions_[index(node.id())].listens; }
  Computations& computations(const WorldNode& node) {
    if (computations_.empty()) note_plain_steps();
    return computations_[index(node.id())];
  }
  void note_plain_steps();
  std::uint32_t given_up(const WorldNode& node) const {
    return computations_.empty() ? 0 : computations_[index(node.id())].given_up;
  }
  Computation::Kind computation_kind(const WorldNode& node) const {
    return computations_.empty() ? Computation::Kind::step : computations_[index(node.id())].current.kind;
  }
  /// The address of the node's next minibatch.
  std::uint64_t next_address(const WorldNode& node) const { return node.counters.node_steps + given_up(node); }
  /// Only with numerics: the model at which the node's gradient in flight is taken, or its result.
  Params& gradient_value(const WorldNode& node) { return gradient_values_[index(node.id())]; }
  bool has_gradient(const WorldNode& node) const {
    return !gradient_values_.empty() && gradient_values_[index(node.id())];
  }

  // Programs.
  void resume(WorldNode& node);
  /// Resumes a program that waits for this.
  void wake(WorldNode& node, Wait what, NodeId peer);
  /// Resumes a program that waits for the end of all.
  void release(WorldNode& node);
  /// Counts a node that is out. A node that was out before an outage calls this again.
  void count_as_out(WorldNode& node);
  /// Every node of the cluster is out: schedules the release of all that wait for that.
  void release_all();
  /// Hands the mean of an all-reduce to a node.
  void deliver_mean(WorldNode& node, NodeId ticket, AllReduced mean);
  /// The time of a sleep or a deadline has come.
  void end_timer(WorldNode& node);
  Params first_params(NodeId node) const;

  // Computations.
  void start_computation(WorldNode& node, const Computation& what, const Params& x);
  /// Ends what the node computes: its gradient, if it is one, is finished.
  void finish_computation(WorldNode& node);
  void give_up_computation(WorldNode& node);
  /// The result of a finished computation at x, once: a gradient or a Newton direction.
  Params result_at(const WorldNode& node, const Params& x);
  double loss(WorldNode& node);

  // Messages from any of several nodes.
  /// Notes from now on in which order messages come.
  void listen(const WorldNode& node);
  /// Whether such a message is there, or the wait for it is over.
  bool hears_any(const WorldNode& node);

  // Messages.
  void send(NodeId from, NodeId to, Message::Kind kind, const Encoded& content, std::uint16_t request = 0);
  /// Puts a message of the pool into the network.
  void depart(MessageId id) {
    transfer_.change(now_, 1);
    if (faults_ || cluster_.timeline) note_sent(id);
    carry(id);
  }
  void note_sent(MessageId id);
  /// Delivers a message that the network hands over, or that is due again.
  void deliver(MessageId id);
  /// Admits a message that has arrived, and whose turn has come.
  void admit(MessageId id);
  void answer(MessageId id, WorldNode& partner);
  /// Answers the requests that have come before the node had a handler.
  void answer_waiting(WorldNode& node);
  void start_read(WorldNode& reader, NodeId target);
  /// Serves a one-sided read whose request has come.
  virtual void serve_read(MessageId id);
  std::uint16_t next_request(WorldNode& node, Message::Kind kind, NodeId peer);
  /// The answer to the node's exchange; empty if none came.
  std::optional<Encoded> take_answer(WorldNode& node);

  // Counters.

  /// Adds to a counter of a node. A sum that does not fit in the node is moved to the table of large counters.
  template <auto small, auto large, class Number>
  void count(WorldNode& node, Number by) {
    std::uint32_t& counter = node.counters.*small;
    std::uint32_t sum = 0;
    if (!__builtin_add_overflow(counter, by, &sum)) {
      counter = sum;
    } else {
      auto& total = large_counters_[node.id()].*large;
      using Total = std::remove_reference_t<decltype(total)>;
      total += static_cast<Total>(std::exchange(counter, 0)) + static_cast<Total>(by);
    }
  }
  void count_sent(WorldNode& node, std::uint64_t messages, Bytes bytes) {
    add_sent(bytes);
    count<&SmallCounters::sent_messages, &NodeCounters::sent_messages>(node, messages);
    count<&SmallCounters::sent_bytes, &NodeCounters::sent_bytes>(node, bytes);
  }
  void count_received(WorldNode& node, std::uint64_t messages, Bytes bytes) {
    count<&SmallCounters::received_messages, &NodeCounters::received_messages>(node, messages);
    count<&SmallCounters::received_bytes, &NodeCounters::received_bytes>(node, bytes);
  }
  /// Counts a message that a node takes in.
  void take_in(WorldNode& node, Bytes size) {
    count_received(node, 1, size);
    occupy(node, size);
  }
  /// Counts the traffic of a node in an all-reduce, at the time of sending.
  void charge(WorldNode& node, const Traffic& traffic) {
    count_sent(node, static_cast<std::uint64_t>(traffic.sent_messages), traffic.sent_bytes);
    count_received(node, static_cast<std::uint64_t>(traffic.received_messages), traffic.received_bytes);
  }
  /// Adds to the bytes sent by all nodes. Sums of single nodes are smaller, so this check covers them. Throws
  /// InputError if the sum is too large.
  void add_sent(Bytes size) {
    if (__builtin_add_overflow(sent_bytes_, size, &sent_bytes_)) refuse_sum_of_bytes();
  }
  [[noreturn]] static void refuse_sum_of_bytes();
  /// A message takes the processor away from the gradient in flight, if there is one.
  void occupy(const WorldNode& node, Bytes size) {
    if (!delays_.empty() && node.gradient_stage == Stage::in_flight)
      delays_[index(node.id())] += cluster_.network.handling(size);
  }
  bool is_down(const WorldNode& node) const;
  /// The counters of a node without its gradient in flight.
  NodeCounters counters_of(const WorldNode& node) const;
  NodeCounters counters_at(const WorldNode& node, Seconds time) const;
  FaultCounters fault_counters_at(const WorldNode& node, Seconds time) const;

  Cluster cluster_;
  Limits limits_;
  Seconds now_{0};  ///< the time of the event in progress

  NodeId first_;
  Meetings meetings_;
  const NodeId* senders_ = nullptr;                     ///< to the first node; those to the others follow
  std::size_t pairs_ = 0;                               ///< of senders and receivers
  std::vector<Mailbox, HugePages<Mailbox>> mailboxes_;  ///< none before a message waits in one
  Arena frames_;                                        ///< of all programs
  bool has_frames_ = false;
  std::vector<WorldNode, HugePages<WorldNode>> nodes_;
  std::vector<Params, HugePages<Params>> models_;            ///< by node: reported last; none without numerics
  std::vector<View, HugePages<View>> views_;                 ///< none before a node exposes, reads or is read
  std::vector<Extras, HugePages<Extras>> extras_;            ///< none before a node needs them
  std::vector<OpenAllReduces> open_all_reduces_;             ///< the same
  std::vector<Reception> receptions_;                        ///< the same
  std::vector<Computations> computations_;                   ///< the same
  std::vector<Params, HugePages<Params>> gradient_values_;   ///< by node; none without numerics
  std::unordered_map<NodeId, NodeCounters> large_counters_;  ///< to be added to those in the nodes
  MessagePool messages_;
  std::optional<MessageOrder> message_order_;  ///< of mailboxes' messages; empty if the network keeps their order
  std::vector<Seconds> delays_;                ///< by node: added to the gradient in flight by messages; empty if none
  std::vector<Seconds> gradients_due_;         ///< by node; empty if unused
  Seconds attention_{0};                       ///< delay until a computing node notices a message
  std::unique_ptr<FaultRules> faults_;         ///< none in a run without faults

  TransferTime transfer_;
  std::uint64_t steps_ = 0;
  Bytes sent_bytes_ = 0;
  std::uint64_t reports_ = 0;
  bool models_changed_ = false;  ///< a node has reported, gone down or come back
  NodeId out_ = 0;               ///< nodes that are out
  bool all_out_ = false;         ///< every node of the cluster is out

 private:
  bool is_noticed_later(MessageId id);

  // Functions that a world adds.

  /// The message enters the network.
  virtual void carry(MessageId id) = 0;
  /// Calls `deliver` at that time.
  virtual void schedule_delivery(Seconds at, MessageId id) = 0;
  /// Begins to compute, at x.
  virtual void begin_computation(WorldNode& node, const Computation& what, const Params& x) = 0;
  /// The node has given up what it computes.
  virtual void computation_given_up(WorldNode&) {}
  /// The finished gradient.
  virtual Params gradient(WorldNode& node) = 0;
  virtual void schedule_gradient(Seconds due, const WorldNode& node) = 0;
  /// Calls `end_timer` at that time, if the node then still waits for it.
  virtual void schedule_timer(Seconds at, const WorldNode& node) = 0;
  virtual void join_all_reduce(WorldNode& node, const AllReduceKind& kind, NodeId ticket, AllReduced own) = 0;
  /// Takes a part of a played all-reduce.
  virtual void receive_part(MessageId id) = 0;
  /// The node exposes something else.
  virtual void model_exposed(const WorldNode&) {}
  /// One more node is out: its program has returned or awaits the end of all, or it is permanently down.
  virtual void counted_out() {}
  /// Calls `release` now.
  virtual void schedule_release(const WorldNode& node) = 0;

  // The same for a run with faults.

  /// Calls `FaultRules::handle` at that time. The node may be in another part of the cluster.
  virtual void schedule_fault(Seconds at, NodeId node, FaultEvent event) = 0;
  virtual void outage_began(WorldNode& node, const Outage& outage) = 0;
  virtual void outage_ended(WorldNode& node) = 0;
  /// A step that an outage has interrupted continues.
  virtual void step_continues() = 0;
  /// The node has lost its program and its state.
  virtual void state_lost(WorldNode& node) = 0;
  /// Has `FaultRules::send_state` called at the donor.
  virtual void request_state(NodeId node, NodeId donor, std::uint16_t request) = 0;
  /// Whether the node has detected that nothing will come from that neighbor.
  virtual bool has_detected_down(const WorldNode& node, NodeId peer) = 0;
  /// A program waits: the world calls `FaultRules::recheck_wait` when the node may detect that nothing will come.
  virtual void watch(const WorldNode&) {}
  virtual void program_returned(const WorldNode& node) = 0;
};

}  // namespace gossamer
