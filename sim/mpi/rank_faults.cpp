#include "sim/mpi/rank_faults.hpp"

#include <algorithm>
#include <utility>

// Nodes that go down and messages that do not arrive. See sim/faults/faults.md.
namespace gossamer {

using Kind = MessageHeader::Kind;

namespace {

bool is_place(Kind kind) { return kind >= Kind::lost_model; }

}  // namespace

Rank::~Rank() = default;

void Rank::make_faults(const Faults& faults) {
  faults_ = std::make_unique<FaultState>(faults, blocks_.nodes, blocks_.first(rank_), nodes_);
}

void Rank::put_fault(Seconds due, std::uint8_t what, NodeId node, std::uint16_t question) {
  ++faults_->items;
  agenda_.put(due, Agenda::Kind::fault, node, static_cast<std::uint32_t>(what) << 16 | question);
}

void Rank::begin_faults(const Program& program) {
  faults_->program = program;
  for (const RankNode& node : nodes_) await_outage(node.id());
}

void Rank::await_outage(NodeId i) {
  const Outage* const next = faults_->outages.number(i, faults_->node(i).outage);
  if (next) put_fault(std::max(now_, next->from), static_cast<std::uint8_t>(FaultState::What::outage_begins), i, 0);
}

/// Whether only faults are left to happen, and these concern nobody any more.
bool Rank::only_faults_left() const { return faults_ && agenda_.size() == faults_->items && faults_->released; }

std::uint64_t Rank::outages() const { return faults_ ? faults_->outages_begun : 0; }

std::uint64_t Rank::steps_gone_on() const { return faults_ ? faults_->steps_gone_on : 0; }

void Rank::handle_fault(RankNode& node, std::uint32_t token) {
  using enum FaultState::What;
  if (node.done_) return;
  const auto question = static_cast<std::uint16_t>(token);
  const bool current = faults_->node(node.id()).questions == question;
  switch (static_cast<FaultState::What>(token >> 16)) {
    case outage_begins:
      return begin_outage(node);
    case outage_ends:
      return end_outage(node);
    case no_answer:
      if (!current || node.exchange_ != RankNode::Stage::under_way) return;
      node.answer_.reset();
      node.exchange_ = RankNode::Stage::ready;
      return look_again(node);
    case nothing_read:
      if (!current || node.read_ != RankNode::Stage::under_way) return;
      node.found_.reset();
      node.read_ = RankNode::Stage::ready;
      return look_again(node);
    case look:
      look_again(node);
      if (node.waiting_ != Wait::nothing) watch(node);
      return;
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// Outages.

void Rank::begin_outage(RankNode& node) {
  FaultState::NodeState& state = faults_->node(node.id());
  const Outage& outage = *faults_->outages.number(node.id(), state.outage);
  state.down = true;
  state.down_since = now_;
  ++state.counters.outages;
  ++faults_->outages_begun;
  if (node.gradient_ == RankNode::Stage::under_way) node.counters_.computing += now_ - node.gradient_start_;
  if (outage.recovery != Recovery::with_state) forget(node);
  if (outage.until == Outage::for_good) return count_out(node);
  put_fault(outage.until, static_cast<std::uint8_t>(FaultState::What::outage_ends), node.id(), 0);
}

void Rank::end_outage(RankNode& node) {
  FaultState::NodeState& state = faults_->node(node.id());
  const Recovery recovery = faults_->outages.number(node.id(), state.outage++)->recovery;
  state.down = false;
  state.counters.down += now_ - state.down_since;
  await_outage(node.id());
  if (!state.started || state.awaits_state || recovery != Recovery::with_state) return start_anew(node);
  if (node.gradient_ == RankNode::Stage::under_way) {
    ++faults_->steps_gone_on;
    node.gradient_start_ = now_;
    if (const auto due = state.gradient.go_on(state.down_since, now_)) put_gradient(*due, node);
  }
  look_again(node);
}

void Rank::put_gradient(Seconds due, const RankNode& node) {
  agenda_.put(due, Agenda::Kind::gradient, node.id(), faults_ ? faults_->node(node.id()).incarnation : 0);
}

/// Whether a gradient that is due is really finished: not one of a program that is gone, nor one that has stood still.
bool Rank::is_finished_despite_faults(RankNode& node, std::uint32_t incarnation) {
  FaultState::NodeState& state = faults_->node(node.id());
  if (state.incarnation != incarnation) return false;
  if (state.down) {
    state.gradient.fall_due(now_);
    return false;
  }
  const Seconds pause = state.gradient.take_pause();
  if (pause > Seconds{0}) put_gradient(now_ + pause, node);
  return pause == Seconds{0};
}

/// Whether the worker's gradient was asked for by a program that is gone.
bool Rank::is_stale_job(NodeId i) {
  if (!faults_ || faults_->node(i).stale_jobs == 0) return false;
  --faults_->node(i).stale_jobs;
  return true;
}

bool Rank::is_down(const RankNode& node) const { return faults_ && faults_->node(node.id()).down; }

bool Rank::start_despite_faults(RankNode& node) {
  if (is_down(node)) return false;
  faults_->node(node.id()).started = true;
  return true;
}

void Rank::forget(RankNode& node) {
  using Stage = RankNode::Stage;
  FaultState::NodeState& state = faults_->node(node.id());
  ++state.incarnation;
  state.answers |= static_cast<bool>(node.handler_);
  state.gradient = {};
  state.awaits_state = false;
  state.state = {};
  if (std::exchange(node.computing_, false)) ++state.stale_jobs;
  if (node.gradient_ == Stage::under_way) --node.steps_started_;
  if (node.exchange_ == Stage::under_way) give_up_exchange(node, state.exchange_peer);
  node.gradient_ = node.exchange_ = node.read_ = Stage::none;
  node.overdue_ = false;
  node.waiting_ = Wait::nothing;
  node.handler_ = nullptr;
  node.task_ = {};
  node.gradient_result_ = {};
  node.answer_.reset();
  node.found_.reset();
  hide(node);
  for (std::size_t k = 0; k < node.mailboxes_.size(); ++k) {
    faults_->pairs[faults_->pair_number(node.id(), k)].missed = 0;
    std::erase_if(node.mailboxes_[k], [](const NodeMessage& message) {
      return message.header.kind != Kind::request && message.header.kind != Kind::lost_request;
    });
  }
}

FaultCounters Rank::fault_counters(const RankNode& node) const {
  if (!faults_) return {};
  const FaultState::NodeState& state = faults_->node(node.id());
  FaultCounters counters = state.counters;
  if (state.down) counters.down += std::max(clock_.now() - state.down_since, Seconds{0});
  return counters;
}

// ---------------------------------------------------------------------------------------------------------------------
// Messages.

std::uint16_t Rank::next_question(const RankNode& node, NodeId peer) {
  if (!faults_) return 0;
  FaultState::NodeState& state = faults_->node(node.id());
  state.exchange_peer = peer;
  return ++state.questions;
}

/// Whether a message that the network hands over is there, whole, and somebody to take it. What is not is seen to here.
bool Rank::arrives_despite_faults(NodeMessage& message) {
  MessageHeader& header = message.header;
  using Fate = MessageHeader::Fate;
  if (header.fate == Fate::open && !faults_->faults.messages.empty()) {
    const Seconds at = decide_fate(header);
    if (at > now_) {
      const NodeId to = header.to;
      agenda_.put(at, Agenda::Kind::deliver, to, store(std::move(message)));
      return false;
    }
  }
  FaultState::NodeState& state = faults_->node(header.to);
  if (!state.down && header.fate != Fate::lost && header.fate != Fate::corrupted) return is_expected(header);
  const bool corrupted = !state.down && header.fate == Fate::corrupted;
  ++(corrupted ? state.counters.corrupted_messages : state.counters.lost_messages);
  if (corrupted) {
    NodeCounters& receiver = node(header.to).counters_;
    ++receiver.received_messages;
    receiver.received_bytes += header.size;
  }
  lose(message);
  return false;
}

Seconds Rank::decide_fate(MessageHeader& header) {
  using Fate = MessageHeader::Fate;
  const std::size_t pair = faults_->pair_number(header.to, node(header.to).neighbor_index(header.from));
  const Fates::Fate fate =
      faults_->fates->of({.pair = pair, .from = header.from, .to = header.to, .sent = header.sent, .arrival = now_});
  FaultCounters& counters = faults_->node(header.to).counters;
  counters.lost_messages += fate.lost;
  counters.corrupted_messages += fate.corrupted;
  counters.retransmitted_messages += fate.retransmitted;
  counters.retransmitted_bytes += fate.retransmitted * header.size;
  header.fate = fate.arrives ? Fate::arrives : fate.broken ? Fate::corrupted : Fate::lost;
  return fate.at;
}

/// Whether a node waits for a state, and for this one: what an earlier restart has asked for is no use to a later one.
bool Rank::awaits_state(const MessageHeader& header) const {
  const FaultState::NodeState& state = faults_->node(header.to);
  return !state.down && state.awaits_state && state.questions == header.question;
}

bool Rank::is_expected(const MessageHeader& header) {
  const RankNode& receiver = node(header.to);
  bool expected = true;
  if (header.kind == Kind::state) {
    expected = awaits_state(header);
  } else if (header.kind == Kind::reply || header.kind == Kind::shown) {
    const auto stage = header.kind == Kind::reply ? receiver.exchange_ : receiver.read_;
    expected = stage == RankNode::Stage::under_way && header.question == faults_->node(header.to).questions;
  } else if (header.kind == Kind::request && !receiver.handler_) {
    auto& outdated = faults_->pairs[faults_->pair_number(header.to, receiver.neighbor_index(header.from))].outdated;
    expected = outdated == 0;
    if (!expected) --outdated;
  }
  if (!expected) transfer_.change(now_, -1);
  return expected;
}

void Rank::lose(NodeMessage& message) {
  using enum FaultState::What;
  const MessageHeader& header = message.header;
  const FaultState::NodeState& receiver = faults_->node(header.to);
  transfer_.change(now_, -1);
  const bool answers = node(header.to).handler_ || receiver.answers || (!receiver.started && faults_->anyone_answers);
  if (header.kind == Kind::model || (header.kind == Kind::request && !answers)) return leave_place(message);
  if (header.kind == Kind::state) return awaits_state(header) ? start_program(node(header.to), {}) : void();
  if (!faults_->faults.detection) return;
  const Seconds known = now_ + *faults_->faults.detection;
  if (header.kind == Kind::request) return notify(Kind::no_answer, header.to, header.from, header.question, known);
  const auto what = header.kind == Kind::reply ? no_answer : nothing_read;
  put_fault(known, static_cast<std::uint8_t>(what), header.to, header.question);
}

/// Tells another node what it can know from a time on. Takes no part in the network.
void Rank::notify(Kind kind, NodeId from, NodeId to, std::uint16_t question, Seconds known) {
  const MessageHeader header{.from = from, .to = to, .first_byte = known, .kind = kind, .question = question};
  if (hosts(to)) return hear_notice(header);
  transport_.send(blocks_.host(to), packed(header, {}));
}

void Rank::hear_notice(const MessageHeader& header) {
  using enum FaultState::What;
  if (header.kind == Kind::state_wanted) return give_state(header);
  const auto what = header.kind == Kind::no_answer ? no_answer : look;
  if (header.kind == Kind::returned)
    faults_->pairs[faults_->pair_number(header.to, node(header.to).neighbor_index(header.from))].returned =
        header.first_byte;
  put_fault(header.first_byte, static_cast<std::uint8_t>(what), header.to, header.question);
}

/// Nothing will come from a node whose program has returned.
void Rank::return_despite_faults(const RankNode& node) {
  if (!faults_->faults.detection) return;
  for (const NodeId i : node.out_neighbors())
    notify(Kind::returned, node.id(), i, 0, now_ + *faults_->faults.detection);
}

/// Whether a link that is down keeps a request, which would be in now, for later.
bool Rank::is_kept_back(RankNode& reader, const Agenda::Item& item) {
  using Fate = MessageHeader::Fate;
  if (reader.request_fate_ != Fate::open) return false;
  const Fates::Fate fate = faults_->fates->of_request(
      {.from = reader.id(), .to = reader.read_from_, .sent = reader.read_sent_, .arrival = now_});
  reader.request_fate_ = fate.arrives ? Fate::arrives : Fate::lost;
  if (fate.at > now_) agenda_.put(fate.at, item.kind, item.node, item.slot);
  return fate.at > now_;
}

/// Whether the request is lost, or the node that is read is down when it is in. The reader knows after a while.
bool Rank::finds_nobody(const RankNode& reader) {
  const bool lost = reader.request_fate_ == MessageHeader::Fate::lost;
  if (!lost && !faults_->outages.at(reader.read_from_, now_)) return false;
  ++faults_->node(reader.id()).counters.lost_messages;
  if (faults_->faults.detection)
    put_fault(now_ + *faults_->faults.detection, static_cast<std::uint8_t>(FaultState::What::nothing_read), reader.id(),
              reader.read_question_);
  return true;
}

/// Leaves the place of a message that is gone; of what was missed in an outage, two are enough.
void Rank::leave_place(NodeMessage& message) {
  constexpr std::uint8_t most_missed = 2;
  MessageHeader& header = message.header;
  RankNode& receiver = node(header.to);
  auto& pair = faults_->pairs[faults_->pair_number(header.to, receiver.neighbor_index(header.from))];
  const bool missed = header.kind == Kind::model && is_down(receiver);
  const bool outdated = header.kind == Kind::request && pair.outdated > 0;
  if (outdated) --pair.outdated;
  if (!faults_->faults.detection || outdated || (missed && pair.missed == most_missed)) return;
  if (missed) ++pair.missed;
  header.kind = header.kind == Kind::request ? Kind::lost_request : missed ? Kind::missed_model : Kind::lost_model;
  header.sent = now_ + *faults_->faults.detection;
  put_fault(header.sent, static_cast<std::uint8_t>(FaultState::What::look), header.to, 0);
  receiver.mailbox(header.from).push_back({.header = header, .content = {}, .packet = {}});
}

// ---------------------------------------------------------------------------------------------------------------------
// Waiting.

/// Whether the end of all, for which a program that has started anew may ask once more, is there already.
bool Rank::has_ended(Wait what) const { return what == Wait::all_done && faults_ && faults_->released; }

void Rank::look_again(RankNode& node) {
  if (is_down(node) || node.waiting_ == Wait::nothing) return;
  const bool released = node.waiting_ == Wait::all_done && faults_->released;
  if (released || node.is_there(node.waiting_, node.waiting_for_)) resume(node);
}

/// Puts down when a node that waits may know that its peer is down, at the soonest.
void Rank::watch(const RankNode& node) {
  if (!faults_->faults.detection || (node.waiting_ != Wait::message && node.waiting_ != Wait::exchange)) return;
  const Seconds detection = *faults_->faults.detection;
  const Outage* const outage = faults_->outages.ending_after(node.waiting_for_, now_);
  if (outage && outage->from + detection <= now_) return;  // known already
  if (outage) put_fault(outage->from + detection, static_cast<std::uint8_t>(FaultState::What::look), node.id(), 0);
}

bool Rank::is_detected(const RankNode& node, NodeId peer) {
  if (!faults_->faults.detection) return false;
  const auto& returned = faults_->pairs[faults_->pair_number(node.id(), node.neighbor_index(peer))].returned;
  if (returned && now_ >= *returned) return true;
  const Outage* const outage = faults_->outages.at(peer, now_);
  return outage && now_ >= outage->from + *faults_->faults.detection;
}

/// Places of missed models give way to a model behind them, so that nobody lags for what it missed.
void Rank::pass_over_missed(RankNode& node, NodeId peer) {
  auto& box = node.mailbox(peer);
  if (box.empty() || box.front().header.kind != Kind::missed_model) return;
  if (std::all_of(box.begin(), box.end(), [](const NodeMessage& message) { return is_place(message.header.kind); }))
    return;
  while (box.front().header.kind == Kind::missed_model) {
    box.pop_front();
    --faults_->pairs[faults_->pair_number(node.id(), node.neighbor_index(peer))].missed;
  }
}

bool Rank::is_there_despite_faults(RankNode& node, Wait what, NodeId peer) {
  if (what == Wait::exchange && node.exchange_ == RankNode::Stage::ready) return true;
  pass_over_missed(node, peer);
  const auto& box = node.mailbox(peer);
  if (box.empty()) return is_detected(node, peer);
  const MessageHeader& first = box.front().header;
  if (is_place(first.kind)) return first.sent <= now_;
  return what == Wait::message || first.kind == Kind::request || is_detected(node, peer);
}

std::optional<Encoded> Rank::take_despite_faults(RankNode& node, Wait what, NodeId peer) {
  pass_over_missed(node, peer);
  const auto& box = node.mailbox(peer);
  const bool any = !box.empty();
  const Kind kind = any ? box.front().header.kind : Kind::model;
  if (what == Wait::exchange && !(any && (kind == Kind::request || is_place(kind)))) {
    give_up_exchange(node, peer);
    return std::nullopt;
  }
  if (!any) return std::nullopt;
  if (kind == Kind::missed_model) --faults_->pairs[faults_->pair_number(node.id(), node.neighbor_index(peer))].missed;
  if (what == Wait::exchange && kind == Kind::request) node.meet();
  Encoded taken = node.take_first(peer);
  return is_place(kind) ? std::nullopt : std::optional{std::move(taken)};
}

void Rank::give_up_exchange(RankNode& node, NodeId peer) {
  if (node.handler_ || faults_->node(node.id()).answers) return;
  auto& box = node.mailbox(peer);
  const bool is_here =
      !box.empty() && (box.front().header.kind == Kind::request || box.front().header.kind == Kind::lost_request);
  if (is_here) {
    box.pop_front();
  } else {
    ++faults_->pairs[faults_->pair_number(node.id(), node.neighbor_index(peer))].outdated;
  }
}

}  // namespace gossamer
