#include <algorithm>
#include <utility>

#include "sim/engine/all_reduce_mean.hpp"
#include "sim/engine/fault_state.hpp"
#include "sim/engine/world.hpp"
#include "sim/network/collectives.hpp"

// Messages that do not arrive, and nodes that wait for them. See sim/faults/faults.md.
namespace gossamer {

namespace {

bool is_place(MessageKind kind) { return kind >= MessageKind::lost_model; }

}  // namespace

/// The number that a question carries and its answer brings back.
std::uint16_t Simulation::World::next_question(VirtualNode& node, NodeId peer) {
  if (!faults_) return 0;
  FaultState::NodeState& state = faults_->node(node.id());
  state.exchange_peer = peer;
  return ++state.questions;
}

/// Whether a message that the network hands over is there, whole, and somebody to take it. What is not is seen to here.
/// Parts of all-reduces get through; of a read, the answer stands for the request but where a link is down.
bool Simulation::World::arrives_despite_faults(MessageId id) {
  using Stage = FaultState::Travel::Stage;
  const Message& message = messages_[id];
  if (message.kind == MessageKind::part) return true;
  FaultState::Travel& travel = faults_->travel(id);
  if (travel.stage == Stage::under_way && !faults_->faults.messages.empty()) {
    const Seconds at = message.kind == MessageKind::read ? decide_fate_of_request(id) : decide_fate(id);
    if (at > now_) {
      schedule(at, Kind::deliver, message.to, id);
      return false;
    }
  }
  const auto fate = fate_on_arrival(id);
  if (!fate) return is_expected(id);
  FaultCounters& counters = faults_->node(message.kind == MessageKind::read ? message.from : message.to).counters;
  ++(fate == MessageFate::corrupted ? counters.corrupted_messages : counters.lost_messages);
  if (fate == MessageFate::corrupted) {
    NodeCounters& receiver = node(message.to).counters_;
    ++receiver.received_messages;
    receiver.received_bytes += message.size;
    delay_gradient(node(message.to), message.size);
  }
  lose(id, *fate);
  return false;
}

Seconds Simulation::World::decide_fate(MessageId id) {
  FaultState::Travel& travel = faults_->travel(id);
  using Stage = FaultState::Travel::Stage;
  const Message& message = messages_[id];
  const Fates::Fate fate = faults_->fates.of(
      {.pair = pair_of(message), .from = message.from, .to = message.to, .sent = travel.time, .arrival = now_});
  FaultCounters& counters = faults_->node(message.to).counters;
  counters.lost_messages += fate.lost;
  counters.corrupted_messages += fate.corrupted;
  counters.retransmitted_messages += fate.retransmitted;
  counters.retransmitted_bytes += fate.retransmitted * message.size;
  travel.stage = fate.arrives ? Stage::arrives : fate.broken ? Stage::corrupted : Stage::lost;
  return fate.at;
}

Seconds Simulation::World::decide_fate_of_request(MessageId id) {
  FaultState::Travel& travel = faults_->travel(id);
  const Message& message = messages_[id];
  const Fates::Fate fate =
      faults_->fates.of_request({.from = message.from, .to = message.to, .sent = travel.time, .arrival = now_});
  travel.stage = fate.arrives ? FaultState::Travel::Stage::arrives : FaultState::Travel::Stage::lost;
  return fate.at;
}

/// Whether a node waits for a state, and for this one: what an earlier restart has asked for is no use to a later one.
bool Simulation::World::awaits_state(NodeId i, std::uint16_t question) const {
  const FaultState::NodeState& state = faults_->nodes[static_cast<std::size_t>(i)];
  return !state.down && state.awaits_state && state.questions == question;
}

/// Whether an answer answers the question under way, and a request an exchange that has not been given up.
bool Simulation::World::is_expected(MessageId id) {
  const Message& message = messages_[id];
  const VirtualNode& receiver = node(message.to);
  using Stage = VirtualNode::Stage;
  bool expected = true;
  if (message.kind == MessageKind::state) {
    expected = awaits_state(message.to, message.question);
  } else if (message.kind == MessageKind::reply || message.kind == MessageKind::shown) {
    const Stage stage = message.kind == MessageKind::reply ? receiver.exchange_ : receiver.read_;
    expected = stage == Stage::under_way && message.question == faults_->node(message.to).questions;
  } else if (message.kind == MessageKind::request && !receiver.handler_) {
    auto& outdated = faults_->pair(mailbox_number(receiver, receiver.neighbor_index(message.from))).outdated;
    expected = outdated == 0;
    if (!expected) --outdated;
  }
  if (expected) return true;
  if (setup_.timeline) setup_.timeline->lost(now_, id, MessageFate::unwanted);
  if (message.kind != MessageKind::read) transfer_.change(now_, -1);
  messages_.remove(id);
  return false;
}

/// Why a message that would be there now is gone; empty where it is there. A message is gone for one reason only.
std::optional<MessageFate> Simulation::World::fate_on_arrival(MessageId id) {
  using Stage = FaultState::Travel::Stage;
  if (faults_->node(messages_[id].to).down) return MessageFate::missed;
  if (faults_->travel(id).stage == Stage::lost) return MessageFate::lost;
  if (faults_->travel(id).stage == Stage::corrupted) return MessageFate::corrupted;
  return std::nullopt;
}

/// A message is gone. Who waits for it learns so after a while.
void Simulation::World::lose(MessageId id, MessageFate fate) {
  Message& message = messages_[id];
  const NodeId from = message.from, to = message.to;
  const std::uint16_t question = message.question;
  const FaultState::NodeState& receiver = faults_->node(to);
  const MessageKind kind = message.kind;
  if (setup_.timeline) setup_.timeline->lost(now_, id, fate);
  if (kind != MessageKind::read) transfer_.change(now_, -1);
  const bool answers = node(to).handler_ || receiver.answers || (!receiver.started && faults_->anyone_answers);
  if (kind == MessageKind::model || (kind == MessageKind::request && !answers)) return leave_place(id);
  messages_.remove(id);
  if (kind == MessageKind::state) return awaits_state(to, question) ? start_program(node(to), {}) : void();
  if (!faults_->faults.detection) return;
  const Seconds known = now_ + *faults_->faults.detection;
  if (kind == MessageKind::request) schedule_fault(known, FaultWhat::no_answer, from, question);
  if (kind == MessageKind::reply) schedule_fault(known, FaultWhat::no_answer, to, question);
  if (kind == MessageKind::read) schedule_fault(known, FaultWhat::nothing_read, from, question);
  if (kind == MessageKind::shown) schedule_fault(known, FaultWhat::nothing_read, to, question);
}

/// Leaves in the mailbox the place of a message that is gone, for its receiver to find: so that what comes later is not
/// taken for it. Of what was missed in an outage two places are enough: one for a message on its way when the node went
/// down, one for those it would be late with for ever.
void Simulation::World::leave_place(MessageId id) {
  constexpr std::uint8_t most_missed = 2;
  Message& message = messages_[id];
  VirtualNode& receiver = node(message.to);
  auto& between = faults_->pair(mailbox_number(receiver, receiver.neighbor_index(message.from)));
  const bool missed = message.kind == MessageKind::model && faults_->node(message.to).down;
  const bool outdated = message.kind == MessageKind::request && between.outdated > 0;
  if (outdated) --between.outdated;
  const bool enough = missed && between.missed == most_missed;
  if (!faults_->faults.detection || outdated || enough) return messages_.remove(id);
  message.content = {};
  message.kind = message.kind == MessageKind::request ? MessageKind::lost_request
                 : missed                             ? MessageKind::missed_model
                                                      : MessageKind::lost_model;
  if (missed) ++between.missed;
  faults_->travel(id).time = now_ + *faults_->faults.detection;
  receiver.mailbox(message.from).push(id, messages_);
  schedule_fault(faults_->travel(id).time, FaultWhat::look, message.to);
}

/// The receiver of a lost request has a handler since, so its sender waits for an answer: nothing, when it may know.
void Simulation::World::tell_unanswered(MessageId id) {
  const Message& message = messages_[id];
  const Seconds known = std::max(now_, faults_->travel(id).time);
  schedule_fault(known, FaultWhat::no_answer, message.from, message.question);
  messages_.remove(id);
}

// ---------------------------------------------------------------------------------------------------------------------
// Waiting.

/// Places of missed models give way to a model behind them, so that nobody lags for what it missed.
void Simulation::World::pass_over_missed(VirtualNode& node, NodeId peer) {
  Mailbox& box = node.mailbox(peer);
  if (box.empty() || messages_[box.first()].kind != MessageKind::missed_model) return;
  MessageId behind = box.first();
  while (behind != Message::none && is_place(messages_[behind].kind)) behind = messages_[behind].next;
  if (behind == Message::none) return;
  while (messages_[box.first()].kind == MessageKind::missed_model) {
    box.pop(messages_);
    --faults_->pair(mailbox_number(node, node.neighbor_index(peer))).missed;
  }
}

bool Simulation::World::is_there_despite_faults(VirtualNode& node, Wait what, NodeId peer) {
  if (what == Wait::exchange && node.exchange_ == VirtualNode::Stage::ready) return true;
  pass_over_missed(node, peer);
  const Mailbox& box = node.mailbox(peer);
  if (box.empty()) return faults_->is_detected(peer, now_);
  const MessageKind kind = messages_[box.first()].kind;
  if (is_place(kind)) return faults_->travel(box.first()).time <= now_;
  return what == Wait::message || kind == MessageKind::request || faults_->is_detected(peer, now_);
}

/// A message or a request, or nothing: for its place, and for a peer that is down.
std::optional<Encoded> Simulation::World::take_despite_faults(VirtualNode& node, Wait what, NodeId peer) {
  pass_over_missed(node, peer);
  Mailbox& box = node.mailbox(peer);
  const bool any = !box.empty();
  const MessageKind kind = any ? messages_[box.first()].kind : MessageKind::model;
  if (what == Wait::exchange && !(any && (kind == MessageKind::request || is_place(kind)))) {
    give_up_exchange(node, peer);
    return std::nullopt;
  }
  if (!any) return std::nullopt;
  if (kind == MessageKind::missed_model) --faults_->pair(mailbox_number(node, node.neighbor_index(peer))).missed;
  if (what == Wait::exchange && kind == MessageKind::request) node.meet();
  Encoded taken = node.pop(peer);
  return is_place(kind) ? std::nullopt : std::optional{std::move(taken)};
}

/// The peer's request for the same exchange, if there is one, is of no use any more.
void Simulation::World::give_up_exchange(VirtualNode& node, NodeId peer) {
  if (node.handler_ || faults_->node(node.id()).answers) return;
  const std::size_t neighbor = node.neighbor_index(peer);
  Mailbox& box = node.mailboxes_[neighbor];
  const bool is_here = !box.empty() && (messages_[box.first()].kind == MessageKind::request ||
                                        messages_[box.first()].kind == MessageKind::lost_request);
  if (is_here) {
    box.pop(messages_);
  } else {
    ++faults_->pair(mailbox_number(node, neighbor)).outdated;
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// All-reduces.

void Simulation::World::join_all_reduce_of_living(VirtualNode& node, const Params& x) {
  contributions_.resize(nodes_.size());
  contributions_[static_cast<std::size_t>(node.id())] = x;
  faults_->node(node.id()).joined = true;
  ++joined_;
  begin_all_reduce_of_living();
}

/// Whether the all-reduce that gathers has to wait for a node: it may still join, as far as anybody knows.
bool Simulation::World::is_awaited(const VirtualNode& node) const {
  return !node.done_ && !faults_->node(node.id()).joined && !faults_->is_detected(node.id(), now_);
}

/// Begins the all-reduce that gathers, once nobody is awaited any more. It costs what it costs among so many.
void Simulation::World::begin_all_reduce_of_living() {
  if (joined_ == 0 || joined_ + faults_->down < faults_->unfinished) return;
  for (const VirtualNode& node : nodes_)
    if (is_awaited(node)) return;
  const NodeId living = std::exchange(joined_, 0);
  const Network::Collective cost = setup_.network.all_reduce(living, setup_.payload);
  collective_transfer_.begin(now_, cost.duration, cost.under_way);
  Traffic traffic;
  std::vector<Params> parts;
  for (VirtualNode& node : nodes_) {
    if (!std::exchange(faults_->node(node.id()).joined, false)) continue;
    traffic = all_reduce_traffic(cost.method, static_cast<NodeId>(parts.size()), living, setup_.payload);
    charge(node, traffic);
    parts.push_back(std::exchange(contributions_[static_cast<std::size_t>(node.id())], {}));
    schedule(now_ + cost.duration, Kind::all_reduced, node.id(), faults_->node(node.id()).incarnation);
  }
  if (setup_.plane) mean_ = all_reduce_mean(*setup_.plane, cost.method.algorithm, std::move(parts));
  if (setup_.timeline) setup_.timeline->all_reduce_began(now_, living, size_of_one(traffic));
}

/// The mean is there. A node that is down gets it when it comes back; a program that is gone does not.
void Simulation::World::end_all_reduce_of_living(VirtualNode& node, std::uint32_t incarnation) {
  if (setup_.timeline) setup_.timeline->all_reduce_ended(now_, node.id());
  if (faults_->node(node.id()).incarnation != incarnation) return;
  node.mean_ = mean_;
  node.all_reduce_ = VirtualNode::Stage::ready;
  look_again(node);
}

}  // namespace gossamer
