#include "sim/world/shared_world.hpp"

#include <algorithm>
#include <cassert>
#include <limits>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "sim/ground/input_error.hpp"
#include "sim/world/fault_rules.hpp"

namespace gossamer {

SharedWorld::SharedWorld(const Cluster& cluster, std::vector<std::pair<NodeId, NodeId>> meetings, Meetings::Range range)
    : cluster_{cluster}, first_{range.first}, meetings_{cluster.mixing, cluster.seed, std::move(meetings), range} {
  const Mixing& w = cluster.mixing;
  if (range.first < range.end) senders_ = w.neighbors(range.first).data();
  nodes_.reserve(static_cast<std::size_t>(range.end - range.first));
  for (NodeId i = range.first; i < range.end; ++i) {
    nodes_.emplace_back(*this, i, w);
    pairs_ += w.neighbors(i).size();
  }
  if (cluster.plane) {
    models_.resize(nodes_.size());
    gradient_values_.resize(nodes_.size());
  }
  if (cluster.faults) faults_ = std::make_unique<FaultRules>(*this, *cluster.faults);
}

SharedWorld::~SharedWorld() = default;

SharedWorld::View& SharedWorld::view(NodeId node) {
  if (views_.empty()) views_.resize(nodes_.size(), {.exposed = {.vector = {}, .size = cluster_.payload}, .read = {}});
  return views_[index(node)];
}

// ---------------------------------------------------------------------------------------------------------------------
// Programs.

void SharedWorld::resume(WorldNode& node) {
  node.waiting = Wait::nothing;
  if (cluster_.timeline) cluster_.timeline->proceeds(now_, node.id());
  node.task.resume();
  if (!node.task.done()) return;
  if (cluster_.timeline) cluster_.timeline->returned(now_, node.id());
  node.done = true;
  node.handler = {};  // it refers to the program's frame, which is gone
  count_as_out(node);
  if (faults_) faults_->program_returned(node);
}

void SharedWorld::wake(WorldNode& node, Wait what, NodeId peer) {
  const bool any = node.waiting == Wait::any_message && ((what == Wait::message && reception(node).admits(peer)) ||
                                                         (what == Wait::gradient && reception(node).until.computed));
  if (!any && (node.waiting != what || node.waiting_for != peer)) return;
  faults_ ? faults_->recheck_wait(node) : resume(node);
}

void SharedWorld::release(WorldNode& node) { faults_ ? faults_->recheck_wait(node) : resume(node); }

void SharedWorld::count_as_out(WorldNode& node) {
  if (!std::exchange(node.out, true)) {
    ++out_;
    counted_out();
  } else if (all_out_ && node.waiting == Wait::all_done) {
    schedule_release(node);
  }
}

void SharedWorld::release_all() {
  all_out_ = true;
  for (const WorldNode& node : nodes_)
    if (node.waiting == Wait::all_done) schedule_release(node);
}

void SharedWorld::deliver_mean(WorldNode& node, NodeId ticket, AllReduced mean) {
  if (open_all_reduces(node).end(ticket, std::move(mean))) wake(node, Wait::all_reduce, ticket);
}

void SharedWorld::end_timer(WorldNode& node) {
  if (now_ < reception(node).due(node.waiting)) return;
  faults_ ? faults_->recheck_wait(node) : resume(node);
}

Params SharedWorld::first_params(NodeId node) const {
  if (faults_)
    if (Params given = faults_->first_params(node)) return given;
  return cluster_.plane->initial_params(node);
}

// ---------------------------------------------------------------------------------------------------------------------
// Computations.

void SharedWorld::start_computation(WorldNode& node, const Computation& what, const Params& x) {
  assert(node.gradient_stage == Stage::none && "a node computes one thing at a time");
  node.gradient_stage = Stage::in_flight;
  node.gradient_start = now_;
  const bool is_step = what.kind == Computation::Kind::step;
  if (is_step) node.counters.touched = 0;
  if (cluster_.timeline) cluster_.timeline->gradient_started(now_, node.id());
  const bool is_plain = is_step && GradientAddress::is_minibatch(what.address);
  if (!is_plain || !computations_.empty()) computations(node).current = what;
  begin_computation(node, what, x);
}

void SharedWorld::finish_computation(WorldNode& node) {
  SmallCounters& counters = node.counters;
  counters.computing += now_ - node.gradient_start;
  if (computation_kind(node) == Computation::Kind::step) {
    ++counters.node_steps;
    count<&SmallCounters::staleness_sum, &NodeCounters::staleness_sum>(node, std::uint64_t{counters.touched});
    counters.staleness_max = std::max(counters.staleness_max, counters.touched);
    ++steps_;
  }
  node.gradient_stage = Stage::ready;
  if (cluster_.timeline) cluster_.timeline->gradient_ended(now_, node.id());
  wake(node, Wait::gradient, node.id());
}

/// Makes the table of computations. Until now all were plain steps, and some of these may be in progress, or finished and
/// not awaited yet.
void SharedWorld::note_plain_steps() {
  computations_.resize(nodes_.size());
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const bool finished = nodes_[i].gradient_stage == Stage::ready;
    computations_[i].current.address = nodes_[i].counters.node_steps - (finished ? 1 : 0);
  }
}

/// The time of the step counts, its result does not appear. A finished computation is forgotten.
void SharedWorld::give_up_computation(WorldNode& node) {
  if (node.gradient_stage == Stage::none) return;
  if (node.gradient_stage == Stage::in_flight) {
    const bool used_minibatch =
        computation_kind(node) == Computation::Kind::step &&
        (computations_.empty() || GradientAddress::is_minibatch(computations(node).current.address));
    Computations& all = computations(node);
    ++(used_minibatch ? all.given_up : all.dropped);
    const Seconds elapsed = now_ - node.gradient_start;
    node.counters.computing += elapsed;
    large_counters_[node.id()].wasted += elapsed;
    ++large_counters_[node.id()].given_up;
    if (faults_) faults_->computation_given_up(node);
    if (cluster_.timeline) cluster_.timeline->gave_up(now_, node.id());
    computation_given_up(node);
  }
  node.gradient_stage = Stage::none;
  if (!gradient_values_.empty()) gradient_value(node) = {};
}

Params SharedWorld::result_at(const WorldNode& node, const Params& x) {
  DataPlane& plane = *cluster_.plane;
  if (computations_.empty()) return plane.gradient(node.id(), node.counters.node_steps - 1, x);
  const Computation& made = computations(node).current;
  if (made.kind == Computation::Kind::newton_direction) return plane.newton_direction(node.id(), x, made.second);
  return plane.gradient(node.id(), made.address, x);
}

double SharedWorld::loss(WorldNode& node) {
  if (!cluster_.plane)
    throw std::logic_error{"this algorithm decides by the value of a loss, which a run without numerics does not have"};
  return cluster_.plane->loss(node.id(), std::exchange(gradient_value(node), {}));
}

// ---------------------------------------------------------------------------------------------------------------------
// Messages.

void SharedWorld::send(NodeId from, NodeId to, Message::Kind kind, const Encoded& content, std::uint16_t request) {
  count_sent(node(from), 1, content.size);
  depart(messages_.add(from, to, kind, content, request));
}

void SharedWorld::note_sent(MessageId id) {
  if (faults_) faults_->note_sent(id, now_);
  if (!cluster_.timeline) return;
  const Message& message = messages_[id];
  cluster_.timeline->sent(
      now_, {.number = id, .from = message.from, .to = message.to, .size = message.size, .kind = message.kind});
}

void SharedWorld::deliver(MessageId id) {
  if (is_noticed_later(id)) return;
  const Message& message = messages_[id];
  if (!message_order_ || message.is_next || !keeps_order(message.kind)) return admit(id);
  message_order_->arrive(pair_of(message), id, [this](MessageId next) {
    messages_[next].is_next = true;
    admit(next);
  });
}

/// Whether an arrived message will be noticed later: at the latest when the receiver's gradient is finished.
/// Messages stay in order.
bool SharedWorld::is_noticed_later(MessageId id) {
  if (attention_ == Seconds{0}) return false;
  Message& message = messages_[id];
  if (message.kind == Message::Kind::read || node(message.to).gradient_stage != Stage::in_flight) return false;
  if (message.noticed) return false;
  message.noticed = true;
  const Seconds finished = gradients_due_[index(message.to)];
  schedule_delivery(std::max(now_, std::min(now_ + attention_, finished)), id);
  return true;
}

void SharedWorld::admit(MessageId id) {
  using Kind = Message::Kind;
  if (faults_ && !faults_->arrives(id)) return;
  if (cluster_.timeline) cluster_.timeline->delivered(now_, id);
  Message& message = messages_[id];
  if (message.kind == Kind::read) return serve_read(id);
  transfer_.change(now_, -1);
  WorldNode& receiver = node(message.to);
  const NodeId sender = message.from;
  take_in(receiver, message.size);
  switch (message.kind) {
    case Kind::part:
      return receive_part(id);
    case Kind::state:
      return faults_->start_program(receiver, messages_.take(id).content);
    case Kind::reply:
      receiver.answer = id;
      receiver.exchange_stage = Stage::ready;
      receiver.count_interaction();
      return wake(receiver, Wait::exchange, sender);
    case Kind::exposed:
      view(receiver.id()).read = messages_.take_content(id);
      receiver.read_stage = Stage::ready;
      receiver.count_interaction();
      return wake(receiver, Wait::read, sender);
    case Kind::request:
      if (receiver.handler) return answer(id, receiver);
      [[fallthrough]];
    default:
      const Wait awaited = message.kind == Kind::model ? Wait::message : Wait::exchange;
      receiver.mailbox(sender).push(id, messages_);
      if (awaited == Wait::message && listens(receiver)) reception(receiver).note_arrival(sender);
      return wake(receiver, awaited, sender);
  }
}

void SharedWorld::answer(MessageId id, WorldNode& partner) {
  const NodeId initiator = messages_[id].from;
  const std::uint16_t request = messages_[id].request;
  const Encoded theirs = messages_.take_content(id);
  const Encoded mine = partner.handler(theirs);
  partner.count_interaction();
  send(partner.id(), initiator, Message::Kind::reply, mine, request);
}

void SharedWorld::answer_waiting(WorldNode& node) {
  if (faults_) faults_->note_handler(node);
  if (mailboxes_.empty()) return;
  for (std::size_t k = 0; k < node.in_neighbors().size(); ++k) {
    Mailbox& box = mailbox(first_mailbox(node) + k);
    for (Mailbox all = std::exchange(box, {}); !all.empty();) {
      const MessageId id = all.unlink_first(messages_);
      if (messages_[id].kind == Message::Kind::request) {
        answer(id, node);
      } else if (messages_[id].kind == Message::Kind::lost_request) {
        faults_->answer_lost_request(id);
      } else {
        box.push(id, messages_);
      }
    }
  }
}

std::optional<Encoded> SharedWorld::take_answer(WorldNode& node) {
  const MessageId id = std::exchange(node.answer, Message::none);
  if (id == Message::none) return std::nullopt;
  return messages_.take_content(id);
}

std::uint16_t SharedWorld::next_request(WorldNode& node, Message::Kind kind, NodeId peer) {
  return faults_ ? faults_->next_request(node, kind, peer) : 0;
}

/// Messages that have come before the node listens count in the order of their senders.
void SharedWorld::listen(const WorldNode& node) {
  Reception& reception = this->reception(node);
  if (std::exchange(reception.listens, true) || mailboxes_.empty()) return;
  for (const NodeId sender : node.in_neighbors()) {
    for (MessageId id = first_message(node, sender); id != Message::none; id = messages_[id].next) {
      if (messages_[id].kind == Message::Kind::model) reception.note_arrival(sender);
      if (FaultRules::is_lost_model(messages_[id].kind)) reception.note_loss(sender, faults_->loss_known_from(id));
    }
  }
}

bool SharedWorld::hears_any(const WorldNode& node) {
  const Reception& reception = this->reception(node);
  if (reception.oldest(now_) || now_ >= reception.until.deadline) return true;
  if (reception.until.computed && node.gradient_stage != Stage::in_flight) return true;
  return faults_ && (faults_->new_outage(node) || faults_->is_alone(node));
}

// ---------------------------------------------------------------------------------------------------------------------
// One-sided reads: a request takes the model that a node exposes at its arrival, without the node's program.

void SharedWorld::start_read(WorldNode& reader, NodeId target) {
  const MessageId id =
      messages_.add(reader.id(), target, Message::Kind::read, {}, next_request(reader, Message::Kind::read, target));
  note_sent(id);
  carry(id);
}

void SharedWorld::serve_read(MessageId id) {
  const Message request = messages_.take(id);
  WorldNode& target = node(request.to);
  Encoded& exposed = view(target.id()).exposed;
  if (cluster_.plane && !exposed.vector) exposed.vector = cluster_.plane->initial_params(target.id());
  count<&SmallCounters::interactions, &NodeCounters::interactions>(target, 1);
  count_sent(target, 1, exposed.size);
  depart(messages_.add(target.id(), request.from, Message::Kind::exposed, exposed, request.request));
}

// ---------------------------------------------------------------------------------------------------------------------
// Counters.

bool SharedWorld::is_down(const WorldNode& node) const { return faults_ && faults_->is_down(node); }

NodeCounters SharedWorld::counters_of(const WorldNode& node) const {
  const SmallCounters& small = node.counters;
  NodeCounters counters{.node_steps = small.node_steps,
                        .interactions = small.interactions,
                        .sent_messages = small.sent_messages,
                        .received_messages = small.received_messages,
                        .sent_bytes = small.sent_bytes,
                        .received_bytes = small.received_bytes,
                        .computing = small.computing,
                        .staleness_sum = small.staleness_sum,
                        .staleness_max = small.staleness_max};
  if (const auto large = large_counters_.find(node.id()); large != large_counters_.end()) counters += large->second;
  return counters;
}

NodeCounters SharedWorld::counters_at(const WorldNode& node, Seconds time) const {
  NodeCounters counters = counters_of(node);
  if (node.gradient_stage == Stage::in_flight && !is_down(node))
    counters.computing += std::max(time - node.gradient_start, Seconds{0});
  return counters;
}

FaultCounters SharedWorld::fault_counters_at(const WorldNode& node, Seconds time) const {
  return faults_ ? faults_->counters_at(node, time) : FaultCounters{};
}

void SharedWorld::refuse_sum_of_bytes() {
  throw InputError{fmt::format("the nodes have sent more than {} bytes together, which is too many to be counted",
                               std::numeric_limits<Bytes>::max())};
}

}  // namespace gossamer
