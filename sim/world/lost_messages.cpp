#include <algorithm>
#include <utility>

#include "sim/world/fault_rules.hpp"

// Messages that do not arrive, and nodes that wait for them. See sim/faults/faults.md.
namespace gossamer {

using Kind = Message::Kind;

/// The number of the last exchange, read or request for a state.
std::uint16_t& FaultRules::number(NodeFaults& state, Kind kind) {
  if (kind == Kind::state) return state.states;
  return kind == Kind::request || kind == Kind::reply ? state.exchanges : state.reads;
}

std::uint16_t FaultRules::next_request(WorldNode& node, Kind kind, NodeId peer) {
  NodeFaults& state = of(node);
  if (kind == Kind::request) state.exchange_peer = peer;
  return ++number(state, kind);
}

void FaultRules::note_handler(const WorldNode& node) {
  anyone_answers_ = true;
  for (const NodeId j : node.in_neighbors()) pair(node, j).outdated = 0;
}

/// Parts of all-reduces always arrive. A read is lost if its answer is; a link that is down also loses its request.
bool FaultRules::arrives(MessageId id) {
  const Message& message = world_.messages_[id];
  if (message.kind == Kind::part) return true;
  if (!faults_.messages.empty() && is_due_later(id)) return false;
  const auto fate = fate_on_arrival(id);
  if (!fate && is_expected(message)) return true;
  if (!fate) {
    if (world_.cluster_.timeline) world_.cluster_.timeline->lost(world_.now_, id, MessageFate::unwanted);
    world_.transfer_.change(world_.now_, -1);
    world_.messages_.remove(id);
    return false;
  }
  FaultCounters& counters = of(world_.node(message.kind == Kind::read ? message.from : message.to)).counters;
  ++(fate == MessageFate::corrupted ? counters.corrupted_messages : counters.lost_messages);
  if (fate == MessageFate::corrupted) world_.take_in(world_.node(message.to), message.size);
  lose(id, *fate);
  return false;
}

/// Whether a message is due again: later, or at this instant but behind an earlier message that is due then, too.
bool FaultRules::is_due_later(MessageId id) {
  const Message& message = world_.messages_[id];
  PairFaults* const between =
      message.kind == Kind::read ? nullptr : &pairs_[world_.pair_of(message)];  // requests of reads keep no order
  if (transit(id).stage != Transit::Stage::in_flight) {
    if (between) --between->late;
    return false;
  }
  const Seconds at = decide_fate(id);
  if (at == world_.now_ && !(between && between->late > 0)) return false;
  if (between) ++between->late;
  world_.schedule_delivery(at, id);
  return true;
}

/// Returns the time at which the message arrives, or would have arrived.
Seconds FaultRules::decide_fate(MessageId id) {
  const Message& message = world_.messages_[id];
  Fates::Message in_transit{.from = message.from, .to = message.to, .sent = transit(id).time, .arrival = world_.now_};
  if (message.kind == Kind::read) {
    const Fates::Fate fate = fates_.of_request(in_transit);
    transit(id).stage = fate.arrives ? Transit::Stage::arrives : Transit::Stage::lost;
    return fate.at;
  }
  in_transit.pair = world_.pair_of(message);
  const Fates::Fate fate = fates_.of(in_transit);
  FaultCounters& counters = of(world_.node(message.to)).counters;
  counters.lost_messages += fate.lost;
  counters.corrupted_messages += fate.corrupted;
  counters.retransmitted_messages += fate.retransmitted;
  counters.retransmitted_bytes += fate.retransmitted * message.size;
  transit(id).stage = fate.arrives  ? Transit::Stage::arrives
                      : fate.broken ? Transit::Stage::corrupted
                                    : Transit::Stage::lost;
  return fate.at;
}

/// The reason for the loss of a message that would arrive now; empty if it arrives. A loss has one reason only.
std::optional<MessageFate> FaultRules::fate_on_arrival(MessageId id) {
  if (!is_reached(world_.messages_[id])) return MessageFate::missed;
  if (transit(id).stage == Transit::Stage::lost) return MessageFate::lost;
  if (transit(id).stage == Transit::Stage::corrupted) return MessageFate::corrupted;
  return std::nullopt;
}

/// Whether the receiver is up. It may be a node of another world only if the message is the request of a read.
bool FaultRules::is_reached(const Message& message) {
  const std::size_t receiver = world_.index(message.to);
  return receiver < nodes_.size() ? !nodes_[receiver].down : !outages_.at(message.to, world_.now_);
}

/// Whether a node waits for this state: an earlier restart may have requested it.
bool FaultRules::awaits_state(const Message& message) const {
  const NodeFaults& state = nodes_[world_.index(message.to)];
  return !state.down && state.awaits_state && state.states == message.request;
}

/// Whether an answer belongs to the request in flight, and a request to an exchange that has not been given up.
bool FaultRules::is_expected(const Message& message) {
  if (message.kind == Kind::state) return awaits_state(message);
  if (message.kind != Kind::reply && message.kind != Kind::exposed && message.kind != Kind::request) return true;
  const WorldNode& receiver = world_.node(message.to);
  if (message.kind == Kind::request) {
    if (receiver.handler) return true;
    std::uint32_t& outdated = pair(receiver, message.from).outdated;
    if (outdated == 0) return true;
    --outdated;
    return false;
  }
  const Stage stage = message.kind == Kind::reply ? receiver.exchange_stage : receiver.read_stage;
  return stage == Stage::in_flight && message.request == number(of(receiver), message.kind);
}

/// Loses a message. The node that waits for it detects the loss later.
void FaultRules::lose(MessageId id, MessageFate fate) {
  using Event = FaultEvent::Kind;
  if (world_.cluster_.timeline) world_.cluster_.timeline->lost(world_.now_, id, fate);
  const Kind kind = world_.messages_[id].kind;
  const NodeId from = world_.messages_[id].from, to = world_.messages_[id].to;
  const std::uint16_t request = world_.messages_[id].request;
  if (kind != Kind::read) {
    world_.transfer_.change(world_.now_, -1);
    WorldNode& receiver = world_.node(to);
    const NodeFaults& state = of(receiver);
    const bool answers = receiver.handler || state.answers || (!state.started && anyone_answers_);
    if (kind == Kind::model || (kind == Kind::request && !answers)) return leave_placeholder(id);
  }
  const Message gone = world_.messages_.take(id);
  if (kind == Kind::state) return awaits_state(gone) ? start_program(world_.node(to), {}) : void();
  if (!faults_.detection) return;
  const bool of_exchange = kind == Kind::request || kind == Kind::reply;
  const NodeId asker = kind == Kind::request || kind == Kind::read ? from : to;
  schedule(world_.now_ + *faults_.detection, asker,
           {.kind = of_exchange ? Event::exchange_fails : Event::read_fails, .request = request});
}

/// Leaves the placeholder of a lost message in the mailbox, so that the receiver does not mistake a later message for
/// it. Two placeholders are enough for the messages missed in an outage: one for a message in flight when the node went
/// down, one for all others, behind which it would otherwise lag for ever.
void FaultRules::leave_placeholder(MessageId id) {
  constexpr std::uint8_t most_missed = 2;
  Message& message = world_.messages_[id];
  WorldNode& receiver = world_.node(message.to);
  PairFaults& between = pair(receiver, message.from);
  const bool missed = message.kind == Kind::model && of(receiver).down;
  const bool outdated = message.kind == Kind::request && between.outdated > 0;
  if (outdated) --between.outdated;
  const bool enough = missed && between.missed == most_missed;
  if (!faults_.detection || outdated || enough) return world_.messages_.remove(id);
  message.content = {};
  message.kind = message.kind == Kind::request ? Kind::lost_request : missed ? Kind::missed_model : Kind::lost_model;
  if (missed) ++between.missed;
  transit(id).time = world_.now_ + *faults_.detection;
  receiver.mailbox(message.from).push(id, world_.messages_);
  if (is_lost_model(message.kind) && world_.listens(receiver))
    world_.reception(receiver).note_loss(message.from, transit(id).time);
  schedule(transit(id).time, receiver.id(), {.kind = FaultEvent::Kind::recheck});
}

void FaultRules::answer_lost_request(MessageId id) {
  const Message lost = world_.messages_.take(id);
  schedule(std::max(world_.now_, transit(id).time), lost.from,
           {.kind = FaultEvent::Kind::exchange_fails, .request = lost.request});
}

// ---------------------------------------------------------------------------------------------------------------------
// Waiting.

/// Removes placeholders of missed models in front of a model, so that no node lags because of models that it missed.
void FaultRules::remove_missed(WorldNode& node, NodeId peer) {
  MessagePool& messages = world_.messages_;
  Mailbox& box = node.mailbox(peer);
  if (box.empty() || messages[box.first()].kind != Kind::missed_model) return;
  MessageId behind = box.first();
  while (behind != Message::none && is_placeholder(messages[behind].kind)) behind = messages[behind].next;
  if (behind == Message::none) return;
  while (messages[box.first()].kind == Kind::missed_model) drop_placeholder(node, peer);
}

bool FaultRules::is_available(WorldNode& node, Wait what, NodeId peer) {
  if (what == Wait::exchange && node.exchange_stage == Stage::ready) return true;
  remove_missed(node, peer);
  const Mailbox& box = node.mailbox(peer);
  if (box.empty()) return world_.has_detected_down(node, peer);
  const Kind kind = world_.messages_[box.first()].kind;
  if (is_placeholder(kind)) return transit(box.first()).time <= world_.now_;
  return what == Wait::message || kind == Kind::request || world_.has_detected_down(node, peer);
}

std::optional<Encoded> FaultRules::take(WorldNode& node, Wait what, NodeId peer) {
  remove_missed(node, peer);
  const Mailbox& box = node.mailbox(peer);
  const bool any = !box.empty();
  const Kind kind = any ? world_.messages_[box.first()].kind : Kind::model;
  if (what == Wait::exchange && !(any && (kind == Kind::request || is_placeholder(kind)))) {
    give_up_exchange(node, peer);
    return std::nullopt;
  }
  if (!any) return std::nullopt;
  if (what == Wait::exchange && kind == Kind::request) node.count_interaction();
  if (!is_placeholder(kind)) return node.pop(peer);
  drop_placeholder(node, peer);
  return std::nullopt;
}

void FaultRules::drop_placeholder(WorldNode& node, NodeId peer) {
  const Kind kind = world_.messages_[node.mailbox(peer).first()].kind;
  if (kind == Kind::missed_model) --pair(node, peer).missed;
  node.mailbox(peer).pop(world_.messages_);
  if (is_lost_model(kind) && world_.listens(node)) world_.reception(node).forget(peer);
}

std::optional<NodeId> FaultRules::new_outage(const WorldNode& node) {
  if (!faults_.detection) return std::nullopt;
  const Reception& reception = world_.reception(node);
  for (const NodeId sender : reception.senders) {
    if (!world_.has_detected_down(node, sender)) continue;
    const Outage* const outage = outages_.at(sender, world_.now_);
    if (outage && !reception.knows_outage(sender, outage->from)) return sender;
  }
  return std::nullopt;
}

std::optional<Received> FaultRules::take_outage(const WorldNode& node) {
  const std::optional<NodeId> sender = new_outage(node);
  if (!sender) return std::nullopt;
  world_.reception(node).note_outage(*sender, outages_.at(*sender, world_.now_)->from);
  return Received{*sender, {}, Received::Event::went_down};
}

bool FaultRules::is_alone(const WorldNode& node) {
  const auto& senders = world_.reception(node).senders;
  return std::all_of(senders.begin(), senders.end(), [&](NodeId sender) {
    if (!world_.has_detected_down(node, sender)) return false;
    const Outage* const outage = outages_.at(sender, world_.now_);
    return !outage || outage->until == Outage::forever;
  });
}

/// Gives up an exchange. The peer's request for the same exchange, if there is one, becomes outdated.
void FaultRules::give_up_exchange(WorldNode& node, NodeId peer) {
  if (node.handler || of(node).answers) return;
  Mailbox& box = node.mailbox(peer);
  const bool is_here = !box.empty() && (world_.messages_[box.first()].kind == Kind::request ||
                                        world_.messages_[box.first()].kind == Kind::lost_request);
  if (is_here) {
    box.pop(world_.messages_);
  } else {
    ++pair(node, peer).outdated;
  }
}

}  // namespace gossamer
