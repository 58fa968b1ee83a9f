#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
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
#include "sim/world/played_collective.hpp"
#include "sim/world/shared_world.hpp"

namespace gossamer {

/// A world in virtual time, driven by a queue of events.
class Simulation::World final : public Scheduler, public SharedWorld, public PlayedCollective::Carrier {
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
  /// The mean that a played all-reduce gives. Only the clock needs its messages: the mean is recorded as one operation,
  /// in the order in which the algorithm adds.
  struct PlayedMean {
    std::vector<Params> contributions;  ///< by node
    Params mean;
    NodeId handed_out = 0;
  };
  std::uint32_t incarnation(const WorldNode& node) const { return faults_ ? faults_->incarnation(node) : 0; }

  // The clock.
  void start(const Program& program);
  std::optional<End> loop(const std::atomic<bool>* interrupt);
  bool is_dropped(const Event& event) const;
  std::optional<End> advance(Seconds time, const std::atomic<bool>* interrupt);
  void handle(std::uint64_t what);
  void prefetch(std::uint64_t what, Lead lead) const;
  bool is_livelocked() const { return faults_ && idle_outages_.too_many(now_); }

  // Gradients.
  void start_step(WorldNode& node, std::uint64_t step, const Params& x) override;
  Params gradient(WorldNode& node) override;
  void schedule_gradient(Seconds due, const WorldNode& node) override;
  Seconds averaging(const WorldNode& node, std::uint64_t step);
  void end_gradient(WorldNode& node, std::uint32_t incarnation);
  bool is_delayed(const WorldNode& node);

  // Messages.
  void carry(MessageId id) override;
  void schedule_delivery(Seconds at, MessageId id) override { deliver_at(at, id); }

  // All-reduces.
  void join_all_reduce(WorldNode& node, const Params& x) override;
  bool has_joined(const WorldNode& node) const { return !has_joined_.empty() && has_joined_[index(node.id())]; }
  bool is_awaited(const WorldNode& node) const;
  void begin_all_reduce();
  void end_all_reduce(WorldNode& node, std::uint32_t incarnation);
  void play_all_reduce(WorldNode& node, const Params& x);
  void carry_part(Message part, Packet packet) override;
  void receive_part(MessageId id) override;
  void end_played(WorldNode& node, std::uint8_t turn);

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
  std::optional<AllReduceMethod> played_method_;  ///< set when it is first needed
  std::optional<PlayedCollective> played_;        ///< the same
  std::array<PlayedMean, 2> played_means_;        ///< by turn
  std::vector<Params> contributions_;             ///< to the all-reduce that gathers
  std::vector<bool> has_joined_;                  ///< the same, by node
  NodeId joined_ = 0;
  Params mean_;

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
