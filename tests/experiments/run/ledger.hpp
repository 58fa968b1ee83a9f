#pragma once
#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sim/world/run_state.hpp"
#include "sim/world/timeline.hpp"

namespace gossamer::testing {

/// Counts the events of a run, and keeps the first violation of a rule.
class Ledger final : public Timeline {
 public:
  struct Sums {
    std::uint64_t sent = 0;      ///< requests of reads aside
    std::uint64_t received = 0;  ///< likewise; whole ones, and corrupted ones
    Bytes sent_bytes = 0;
    std::uint64_t lost = 0;  ///< or missed; requests of reads are lost to those who read
    std::uint64_t corrupted = 0;
    std::uint64_t steps = 0;
    std::uint64_t outages = 0;
    Seconds computing{0};
    Seconds down{0};
  };

  Ledger(NodeId nodes, Timeline* next, std::atomic<bool>& too_long)
      : nodes_(static_cast<std::size_t>(nodes)), next_{next}, too_long_{too_long} {}

  void sent(Seconds now, const Message& message) override {
    pass(now);
    if (next_) next_->sent(now, message);
    rule(!in_flight_.contains(message.number), "a number stands for one message at a time");
    in_flight_[message.number] = {message, now};
    if (message.kind == MessageKind::read) return;
    ++of(message.from).sums.sent;
    of(message.from).sums.sent_bytes += message.size;
  }
  void delivered(Seconds now, std::uint32_t number) override {
    pass(now);
    if (next_) next_->delivered(now, number);
    const Message message = take(now, number);
    rule(!of(message.to).down, "a node that is down receives nothing");
    if (message.kind != MessageKind::read) ++of(message.to).sums.received;
  }
  void lost(Seconds now, std::uint32_t number, MessageFate fate) override {
    pass(now);
    if (next_) next_->lost(now, number, fate);
    const Message message = take(now, number);
    Sums& sums = of(message.kind == MessageKind::read ? message.from : message.to).sums;
    rule((fate == MessageFate::missed) == of(message.to).down, "a node misses what comes while it is down");
    if (fate == MessageFate::lost || fate == MessageFate::missed) ++sums.lost;
    if (fate != MessageFate::corrupted) return;
    ++sums.corrupted;
    ++sums.received;
  }

  void gradient_started(Seconds now, NodeId node) override {
    enter(now, node);
    if (next_) next_->gradient_started(now, node);
    rule(!of(node).computing, "a node computes one gradient at a time");
    rule(!of(node).down && of(node).has_program, "only a program that runs computes");
    of(node).computing = true;
  }
  void gradient_ended(Seconds now, NodeId node) override {
    enter(now, node);
    if (next_) next_->gradient_ended(now, node);
    rule(of(node).computing && !of(node).down, "a gradient ends that is under way on a node that is up");
    of(node).computing = false;
    ++of(node).sums.steps;
  }

  void gave_up(Seconds now, NodeId node) override {
    enter(now, node);
    if (next_) next_->gave_up(now, node);
    rule(of(node).computing && !of(node).down, "a node gives up what it computes, while it is up");
    of(node).computing = false;
  }

  void waits(Seconds now, NodeId node, Wait what, NodeId peer) override {
    enter(now, node);
    if (next_) next_->waits(now, node, what, peer);
    rule(!of(node).down && !of(node).returned, "a node waits that is up, and has not finished");
    rule(of(node).has_program != (what == Wait::state), "programs wait, and nodes without one for a state");
    of(node).waiting = what;
  }
  void proceeds(Seconds now, NodeId node) override {
    enter(now, node);
    if (next_) next_->proceeds(now, node);
    rule(!of(node).down && !of(node).returned, "a program proceeds that has not returned, on a node that is up");
    rule(!of(node).has_program || of(node).waiting != Wait::nothing, "a node runs one program");
    of(node).has_program = true;
    of(node).waiting = Wait::nothing;
  }
  void returned(Seconds now, NodeId node) override {
    enter(now, node);
    if (next_) next_->returned(now, node);
    rule(of(node).has_program && !of(node).returned, "a program returns once");
    of(node).returned = true;
  }

  void went_down(Seconds now, NodeId node) override {
    enter(now, node);
    if (next_) next_->went_down(now, node);
    rule(!of(node).down && !of(node).returned, "a node goes down that is up, and has not finished");
    of(node).down = true;
    ++of(node).sums.outages;
  }
  void came_back(Seconds now, NodeId node) override {
    enter(now, node);
    if (next_) next_->came_back(now, node);
    rule(of(node).down, "a node comes back that was down");
    of(node).down = false;
  }
  void lost_program(Seconds now, NodeId node) override {
    enter(now, node);
    if (next_) next_->lost_program(now, node);
    rule(of(node).down, "a node loses its program while it is down");
    of(node).has_program = of(node).computing = false;
    of(node).waiting = Wait::nothing;
  }

  void joined(Seconds now, NodeId node) override {
    pass(now);
    if (next_) next_->joined(now, node);
  }
  void all_reduce_began(Seconds now, NodeId nodes, Bytes size) override {
    pass(now);
    if (next_) next_->all_reduce_began(now, nodes, size);
    by_formula_ = true;
  }
  void all_reduce_ended(Seconds now, NodeId node) override {
    pass(now);
    if (next_) next_->all_reduce_ended(now, node);
  }
  void over(Seconds now) override {
    for (std::size_t i = 0; i < nodes_.size(); ++i) enter(now, static_cast<NodeId>(i));
    if (next_) next_->over(now);
    for (const auto& [number, passage] : in_flight_) count_transfer(now, passage);
  }

  const Sums& sums(NodeId node) const { return nodes_[static_cast<std::size_t>(node)].sums; }
  bool returned(NodeId node) const { return nodes_[static_cast<std::size_t>(node)].returned; }
  /// Whether an all-reduce has been costed by formula, without messages.
  bool by_formula() const { return by_formula_; }
  Seconds transfer() const { return transfer_; }
  const std::string& broken() const { return broken_; }

  void rule(bool holds, const char* what) {
    if (!holds && broken_.empty()) broken_ = fmt::format("{} ({} s)", what, now_.count());
  }

 private:
  struct NodeState {
    bool has_program = false, returned = false, down = false, computing = false;
    Wait waiting = Wait::nothing;
    Seconds since{0};
    Sums sums;
  };
  struct Passage {
    Message message;
    Seconds since{0};
  };

  NodeState& of(NodeId node) { return nodes_[static_cast<std::size_t>(node)]; }

  void pass(Seconds now) {
    constexpr std::uint64_t most_calls = 1'000'000;
    rule(now >= now_, "time does not run backward");
    now_ = now;
    if (++calls_ > most_calls) too_long_ = true;
  }
  /// The node changes its activity now.
  void enter(Seconds now, NodeId node) {
    pass(now);
    NodeState& state = of(node);
    const Seconds passed = now - std::exchange(state.since, now);
    if (passed == Seconds{0}) return;
    if (state.down) {
      state.sums.down += passed;
    } else if (state.computing) {
      state.sums.computing += passed;
    } else {
      rule(state.returned || state.waiting != Wait::nothing, "a node that is up computes, waits, or has finished");
      rule(state.returned || state.waiting != Wait::gradient, "a node that waits for its gradient computes");
    }
  }
  Message take(Seconds now, std::uint32_t number) {
    const auto found = in_flight_.find(number);
    rule(found != in_flight_.end(), "what arrives or is lost was sent, and is so once");
    if (found == in_flight_.end()) return {};
    count_transfer(now, found->second);
    const Message message = found->second.message;
    in_flight_.erase(found);
    return message;
  }
  void count_transfer(Seconds now, const Passage& passage) {
    if (passage.message.kind != MessageKind::read) transfer_ += now - passage.since;
  }

  std::vector<NodeState> nodes_;
  Timeline* next_;
  std::atomic<bool>& too_long_;
  std::map<std::uint32_t, Passage> in_flight_;
  bool by_formula_ = false;
  Seconds transfer_{0};
  Seconds now_{0};
  std::uint64_t calls_ = 0;
  std::string broken_;
};

}  // namespace gossamer::testing
