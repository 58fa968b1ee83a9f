#pragma once
#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/compute/step_times.hpp"
#include "sim/engine/collective_transfer.hpp"
#include "sim/engine/event_queue.hpp"
#include "sim/engine/event_word.hpp"
#include "sim/engine/simulation.hpp"
#include "sim/faults/idle_outages.hpp"
#include "sim/world/fault_rules.hpp"
#include "sim/world/played_all_reduces.hpp"
#include "sim/world/shared_world.hpp"

namespace gossamer {

/// A world in virtual time, driven by a queue of events.
class Simulation::World final : public SharedWorld, public Scheduler, public PlayedCollective::Carrier {
 public:
  explicit World(Setup setup);

  End run(const Program& program, const Limits& limits, Observer* observer, const std::atomic<bool>* interrupt);

  void wake_at(Seconds at, std::uint32_t token) override { schedule(at, Kind::wake, 0, token); }
  void deliver_at(Seconds at, MessageId message) override {
    schedule(at, Kind::deliver, messages_[message].to, message);
  }

 private:
  friend class Simulation;
  using Kind = EventWord::Kind;

  void schedule(Seconds at, Kind kind, NodeId node, std::uint32_t token = 0) {
    if (kind < Kind::detected) last_due_ = std::max(last_due_, at);
    queue_.push(at, EventWord{.kind = kind, .node = node, .token = token}.pack());
  }
  NodeId workers() const { return cluster_.workers(); }
  /// Differs between any two computations of a node of which the earlier one has no result.
  std::uint32_t computation_number(const WorldNode& node) const {
    const std::uint32_t lost = faults_ ? faults_->incarnation(node) : 0;
    return computations_.empty() ? lost : lost + computations_[index(node.id())].number();
  }

  // The clock.
  void start(const Program& program);
  std::optional<End> loop(const std::atomic<bool>* interrupt);
  /// Whether an event has no effect any more.
  bool is_dropped(const Event& event) const {
    const EventWord word = EventWord::unpack(event.what);
    if (word.kind == Kind::deliver) return false;
    if (word.kind == Kind::gradient)
      return !computations_.empty() && word.token != computation_number(nodes_[index(word.node)]);
    return is_outdated(word, Seconds{event.time});
  }
  bool is_outdated(const EventWord& word, Seconds time) const;
  std::optional<End> advance(Seconds time, const std::atomic<bool>* interrupt);
  void handle(std::uint64_t what);
  void prefetch(std::uint64_t what, Lead lead) const;
  bool is_livelocked() const { return faults_ && idle_outages_.too_many(now_); }

  // Gradients.
  void begin_computation(WorldNode& node, const Computation& what, const Params& x) override;
  Params gradient(WorldNode& node) override { return result_at(node, std::move(gradient_value(node))); }
  void schedule_gradient(Seconds due, const WorldNode& node) override {
    if (!gradients_due_.empty()) gradients_due_[index(node.id())] = due;
    schedule(due, Kind::gradient, node.id(), computation_number(node));
  }
  Seconds averaging(const WorldNode& node, std::uint64_t step);
  void schedule_timer(Seconds at, const WorldNode& node) override { schedule(at, Kind::timer, node.id()); }
  void end_gradient(WorldNode& node, std::uint32_t number);
  bool is_delayed(const WorldNode& node);

  // Messages.
  void carry(MessageId id) override;
  void schedule_delivery(Seconds at, MessageId id) override { deliver_at(at, id); }

  // All-reduces.

  /// An all-reduce whose mean is recorded as one operation, in the order in which its algorithm adds. Lists are by
  /// member of its group.
  struct AllReduceOfGroup {
    std::vector<NodeId> tickets;  ///< −1 if the member has not joined
    std::vector<AllReduced> contributions;
    NodeId joined = 0;
    AllReduced mean = {};
    NodeId left = 0;  ///< members that do not have the mean
  };
  /// All-reduces of one kind and one group follow each other.
  struct GroupOfKind {
    AllReduceKind kind;
    Members members;
    std::deque<AllReduceOfGroup> gathering;  ///< costed by formula: not begun
  };
  void join_all_reduce(WorldNode& node, const AllReduceKind& kind, NodeId ticket, AllReduced own) override;
  GroupOfKind& group_of(const WorldNode& node, const AllReduceKind& kind);
  bool is_awaited(const AllReduceOfGroup& all_reduce, NodeId first, std::size_t member);
  void begin_all_reduces(GroupOfKind& group);
  void begin_all_reduces();
  void begin_next(GroupOfKind& group);
  void begin_stalled_all_reduces();
  GroupOfKind* stalled_group();
  void end_all_reduce(WorldNode& node, std::uint32_t number);
  Network::Collective cost_of(const AllReduceKind& kind, NodeId nodes) const;
  Traffic traffic_of(const AllReduceKind& kind, const AllReduceMethod& method, NodeId place, NodeId nodes) const;
  AllReduced result_of(const AllReduceKind& kind, AllReduce algorithm, NodeId first, AllReduceOfGroup& all_reduce);
  AllReduced mean_of(const AllReduceKind& kind, AllReduce algorithm, std::vector<AllReduced> contributions);
  void summarize(std::vector<AllReduced>& contributions) const;
  DataPlane* plane_of(const AllReduceKind& kind);
  PlayedAllReduces& played();
  void play_all_reduce(WorldNode& node, const AllReduceKind& kind, NodeId ticket, AllReduced own);
  void carry_part(Message part, Packet packet) override;
  void receive_part(MessageId id) override;
  void end_played(WorldNode& node, PlayedAllReduces::Play play, NodeId ticket);

  // Ends and faults.
  void counted_out() override {
    if (out_ == setup_.mixing.size()) release_all();
  }
  void schedule_release(const WorldNode& node) override { schedule(now_, Kind::released, node.id()); }
  void schedule_fault(Seconds at, NodeId node, FaultEvent event) override {
    schedule(at, Kind::fault, node, event.pack());
  }
  void outage_began(WorldNode& node, const Outage& outage) override;
  void outage_ended(WorldNode&) override { --down_; }
  void step_continues() override { idle_outages_.end(); }
  void state_lost(WorldNode& node) override;
  void request_state(NodeId node, NodeId donor, std::uint16_t request) override {
    faults_->send_state(donor, node, request);
  }
  bool is_detected(const WorldNode& node) const;
  void watch(const WorldNode& node) override {
    if (node.waiting == Wait::all_reduce) begin_stalled_all_reduces();
  }
  bool has_detected_down(const WorldNode&, NodeId peer) override { return is_detected(node(peer)); }
  void schedule_detection(const WorldNode& node);
  void detected(const WorldNode& node);
  void program_returned(const WorldNode& node) override;

  // The view from outside.
  std::optional<std::string> observe();
  Snapshot snapshot() const;
  NodeCounters counters(NodeId i) const { return counters_at(nodes_[index(i)], now_); }
  FaultCounters fault_counters(NodeId i) const { return fault_counters_at(nodes_[index(i)], now_); }
  End end(End::Reason reason, std::string detail = {}) const;
  End drained() const;
  End end_at_infinite_time() const;

  Setup setup_;
  EventQueue queue_;
  Seconds last_due_{0};  ///< the latest time of all events except faults
  std::uint64_t events_ = 0;
  std::vector<Averaged> averaged_;  ///< by node; empty if averaging takes no time

  CollectiveTransfer collective_transfer_;
  std::deque<GroupOfKind> groups_;
  std::map<std::uint32_t, std::pair<NodeId, AllReduceOfGroup>> begun_;  ///< by number: its first node, and itself
  std::uint32_t next_all_reduce_ = 0;
  std::map<NodeId, std::shared_ptr<DataPlane>> numbers_planes_;                     ///< by how many numbers
  std::optional<PlayedAllReduces> played_;                                          ///< made when it is first needed
  std::map<std::pair<std::uint8_t, std::uint8_t>, AllReduceOfGroup> played_means_;  ///< by group and turn

  // Of a run with faults.
  NodeId unfinished_;  ///< nodes whose programs have not returned, and that are not down for good
  NodeId down_ = 0;    ///< now
  IdleOutages idle_outages_;

  Observer* observer_ = nullptr;
  Observer::Next next_observation_;
  bool observation_due_ = false;
  std::uint64_t events_at_observation_ = 0;
  Seconds time_of_observation_{-1};
};

}  // namespace gossamer
