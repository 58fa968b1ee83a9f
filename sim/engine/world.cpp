#include "sim/engine/world.hpp"

#include <algorithm>
#include <utility>

#include "sim/engine/fault_state.hpp"

namespace gossamer {
namespace {

/// Events between two looks at whether the run shall be interrupted.
constexpr std::uint64_t interrupt_interval = 1024;

void fetch(const void* start, std::size_t bytes) {
  constexpr std::size_t cache_line = 64;
  asm volatile("");  // GCC takes what only prefetches for a pure function, and drops the calls
  for (std::size_t offset = 0; offset < bytes; offset += cache_line)
    __builtin_prefetch(static_cast<const char*>(start) + offset);
}

}  // namespace

Simulation::World::World(Setup setup)
    : setup_{std::move(setup)}, meetings_{setup_.mixing, setup_.seed, std::move(setup_.meetings)} {
  const NodeId n = setup_.mixing.size();
  const auto count = static_cast<std::size_t>(n);
  mailbox_start_.reserve(count + 1);
  mailbox_start_.push_back(0);
  for (NodeId i = 0; i < n; ++i) mailbox_start_.push_back(mailbox_start_.back() + setup_.mixing.neighbors(i).size());
  mailboxes_.resize(mailbox_start_.back());
  nodes_.reserve(count);
  for (NodeId i = 0; i < n; ++i)
    nodes_.emplace_back(*this, i, n, setup_.mixing.neighbors(i), setup_.mixing.receivers(i),
                        mailboxes_.data() + mailbox_start_[static_cast<std::size_t>(i)]);
  models_.resize(count);
  if (setup_.network.handling(setup_.payload) > Seconds{0}) delays_.resize(count);
  if (takes_time_to_average(setup_.step_times)) averaged_.resize(count);
  if (setup_.network.attention() > Seconds{0}) gradients_due_.resize(count);
  if (!setup_.network.keeps_order()) turns_.emplace(mailboxes_.size());
  if (!setup_.faults) return;
  assert((setup_.faults->outages.empty() || setup_.collectives == Collectives::formula) &&
         "an all-reduce that is played needs every node");
  faults_ = std::make_unique<FaultState>(*setup_.faults, n, mailboxes_.size());
}

// ---------------------------------------------------------------------------------------------------------------------
// The clock.

End Simulation::World::run(const Program& program, const Limits& limits, Observer* observer,
                           const std::atomic<bool>* interrupt) {
  limits_ = limits;
  observer_ = observer;
  if (observer_) next_look_ = observer_->next();
  start(program);
  const auto ended = loop(interrupt);
  End result = ended ? *ended : drained();
  if (!ended && nobody_proceeds()) result.reason = End::Reason::stuck;
  const bool seen = events_at_look_ == events_ && time_of_look_ == now_;
  if (observer_ && !seen && result.reason != End::Reason::observer) {
    if (auto why = observe()) result = end(End::Reason::observer, std::move(*why));
  }
  result.time = now_;
  if (setup_.timeline) setup_.timeline->over(now_);
  return result;
}

void Simulation::World::start(const Program& program) {
  if (faults_) begin_faults(program);
  for (VirtualNode& node : nodes_) {
    node.task_ = program(node);
    schedule(now_, Kind::start, node.id());
  }
}

std::optional<End> Simulation::World::loop(const std::atomic<bool>* interrupt) {
  while (!queue_.empty()) {
    const Event event = queue_.pop([this](std::uint64_t what, Lead lead) { prefetch(what, lead); });
    if (is_dropped(event)) continue;
    if (Seconds{event.time} > now_) {
      if (auto ended = advance(Seconds{event.time})) return ended;
    }
    handle(event.what);
    ++events_;
    if (nobody_proceeds()) return std::nullopt;
    if (events_ % interrupt_interval == 0 && interrupt && interrupt->load(std::memory_order_relaxed))
      return end(End::Reason::interrupted);
  }
  return std::nullopt;
}

/// Whether an event has lost its meaning: a wake of the network's, or a fault.
bool Simulation::World::is_dropped(const Event& event) const {
  const auto kind = static_cast<Kind>(event.what >> 60);
  if (kind == Kind::wake) return !setup_.network.awaits(Seconds{event.time}, static_cast<std::uint32_t>(event.what));
  return kind == Kind::fault &&
         is_moot(static_cast<NodeId>(event.what >> 32 & 0x0fffffff), static_cast<std::uint32_t>(event.what));
}

/// Moves the clock to the next event. What is due in between happens first: looks, the end of the run.
std::optional<End> Simulation::World::advance(Seconds time) {
  if (limits_.sent_bytes && sent_bytes_ >= *limits_.sent_bytes) return end(End::Reason::sent_bytes);
  const Seconds horizon = std::min(time, limits_.virtual_time.value_or(time));
  if (look_due_ && observer_) {
    if (auto why = observe()) return end(End::Reason::observer, std::move(*why));
  }
  while (observer_ && next_look_.time < horizon) {
    now_ = std::max(now_, next_look_.time);
    if (auto why = observe()) return end(End::Reason::observer, std::move(*why));
  }
  now_ = horizon;
  if (limits_.virtual_time && time > *limits_.virtual_time) return end(End::Reason::virtual_time);
  return std::nullopt;
}

/// Asks for the memory that an event will touch, since large clusters live outside the caches: first for the node and
/// the message; and closer to the event, when these are there, for what they lead to: the program's frame, and the
/// neighbors of a node that may be about to choose one.
void Simulation::World::prefetch(std::uint64_t what, Lead lead) const {
  constexpr std::size_t frame_bytes = 256;  // where a frame keeps what every program uses
  const auto kind = static_cast<Kind>(what >> 60);
  const VirtualNode& node = nodes_[what >> 32 & 0x0fffffff];
  if (lead == Lead::far) {
    fetch(&node, sizeof(VirtualNode));
    if (kind == Kind::deliver) fetch(&messages_[static_cast<MessageId>(what)], sizeof(Message));
  } else {
    fetch(node.task_.frame(), frame_bytes);
    if (kind == Kind::gradient) {
      fetch(node.in_neighbors().data(), 1);
      fetch(node.mailboxes_, 1);
    }
  }
}

void Simulation::World::handle(std::uint64_t what) {
  const auto kind = static_cast<Kind>(what >> 60);
  const auto token = static_cast<std::uint32_t>(what);
  VirtualNode& node = nodes_[what >> 32 & 0x0fffffff];
  if (faults_) return handle_despite_faults(node, kind, token);
  handle(node, kind, token);
}

void Simulation::World::handle(VirtualNode& node, Kind kind, std::uint32_t token) {
  switch (kind) {
    case Kind::start:
      resume(node);
      break;
    case Kind::gradient:
      finish_gradient(node);
      break;
    case Kind::wake:
      setup_.network.wake(now_, token, *this);
      break;
    case Kind::deliver:
      deliver(token);
      break;
    case Kind::all_reduced:
      if (setup_.timeline) setup_.timeline->all_reduce_ended(now_, node.id());
      node.mean_ = mean_;
      node.all_reduce_ = VirtualNode::Stage::ready;
      wake_if_there(node, Wait::all_reduce, node.id());
      break;
    case Kind::released:
      resume(node);
      break;
    case Kind::fault:
      break;  // there are none
  }
}

void Simulation::World::resume(VirtualNode& node) {
  node.waiting_ = Wait::nothing;
  if (setup_.timeline) setup_.timeline->proceeds(now_, node.id());
  node.task_.resume();
  if (!node.task_.done()) return;
  if (setup_.timeline) setup_.timeline->returned(now_, node.id());
  node.done_ = true;
  node.handler_ = nullptr;  // what it refers to is gone with the program's frame
  count_out(node);
  if (faults_) return_despite_faults(node);
}

void Simulation::World::wake_if_there(VirtualNode& node, Wait what, NodeId peer) {
  if (node.waiting_ != what || node.waiting_for_ != peer) return;
  faults_ ? look_again(node) : resume(node);
}

/// One more program has ended or awaits the end of all; the last one releases those who wait.
void Simulation::World::count_out(VirtualNode& node) {
  if (faults_) return count_out_despite_faults(node);
  if (std::exchange(node.out_, true) || ++out_ < setup_.mixing.size()) return;
  for (const VirtualNode& waiting : nodes_)
    if (waiting.waiting_ == Wait::all_done) schedule(now_, Kind::released, waiting.id());
}

// ---------------------------------------------------------------------------------------------------------------------
// What nodes have started.

/// When a node that wants to compute can begin: it handles its messages first.
Seconds Simulation::World::gradient_start(const VirtualNode& node) const {
  return delays_.empty() ? now_ : std::max(now_, setup_.network.handled_until(node.id()));
}

/// A message takes the processor away from the gradient under way, if there is one.
void Simulation::World::delay_gradient(const VirtualNode& node, Bytes size) {
  if (!delays_.empty() && node.gradient_ == VirtualNode::Stage::under_way)
    delays_[static_cast<std::size_t>(node.id())] += setup_.network.handling(size);
}

/// Whether a gradient that is due needs the time that messages took from it; then it is due again later.
bool Simulation::World::is_delayed(const VirtualNode& node) {
  if (delays_.empty()) return false;
  const Seconds delay = std::exchange(delays_[static_cast<std::size_t>(node.id())], Seconds{0});
  if (delay == Seconds{0}) return false;
  schedule_gradient(now_ + delay, node);
  return true;
}

/// How much longer that step of the node takes for all that it has received since the last.
Seconds Simulation::World::averaging(const VirtualNode& node, std::uint64_t step) {
  if (averaged_.empty()) return Seconds{0};
  Averaged& averaged = averaged_[static_cast<std::size_t>(node.id())];
  return averaged.next(setup_.step_times, node.counters_.received_bytes, step);
}

void Simulation::World::schedule_gradient(Seconds due, const VirtualNode& node) {
  if (!gradients_due_.empty()) gradients_due_[static_cast<std::size_t>(node.id())] = due;
  schedule(due, Kind::gradient, node.id(), faults_ ? faults_->node(node.id()).incarnation : 0);
}

/// Whether a message that is there will be noticed later: at the latest once the receiver's gradient is over. Messages
/// stay in order.
bool Simulation::World::is_noticed_later(MessageId id) {
  if (gradients_due_.empty()) return false;
  Message& message = messages_[id];
  const bool computing = node(message.to).gradient_ == VirtualNode::Stage::under_way;
  if (!computing || message.kind == Message::Kind::read || std::exchange(message.noticed, true)) return false;
  const Seconds over = gradients_due_[static_cast<std::size_t>(message.to)];
  deliver_at(std::max(now_, std::min(now_ + setup_.network.attention(), over)), id);
  return true;
}

void Simulation::World::finish_gradient(VirtualNode& node) {
  if (is_delayed(node)) return;
  NodeCounters& counters = node.counters_;
  ++counters.node_steps;
  counters.computing += now_ - node.gradient_start_;
  const std::uint64_t staleness = node.touched_ - node.touched_at_start_;
  counters.staleness_sum += staleness;
  counters.staleness_max = std::max(counters.staleness_max, staleness);
  node.gradient_ = VirtualNode::Stage::ready;
  ++steps_;
  note_step();
  if (setup_.timeline) setup_.timeline->gradient_ended(now_, node.id());
  if (static_cast<double>(steps_) >= next_look_.node_steps * setup_.mixing.size()) look_due_ = true;
  wake_if_there(node, Wait::gradient, node.id());
}

void Simulation::World::send(NodeId from, NodeId to, Message::Kind kind, const Encoded& content,
                             std::uint16_t question) {
  NodeCounters& counters = node(from).counters_;
  ++counters.sent_messages;
  counters.sent_bytes += content.size;
  sent_bytes_ += content.size;
  const MessageId id = messages_.add(message(from, to, kind, content, question));
  if (turns_) turns_->send(pair_of(messages_[id]), id);
  enter_network(id, from, to, content.size);
}

void Simulation::World::enter_network(MessageId id, NodeId from, NodeId to, Bytes size) {
  transfer_.change(now_, 1);
  note_sent(id);
  setup_.network.send(now_, id, from, to, size, *this);
  delay_gradient(node(from), size);
}

void Simulation::World::note_sent(MessageId id) {
  if (faults_) faults_->travel(id) = {.time = now_};
  if (!setup_.timeline) return;
  const Message& message = messages_[id];
  setup_.timeline->sent(
      now_, {.number = id, .from = message.from, .to = message.to, .size = message.size, .kind = message.kind});
}

std::size_t Simulation::World::pair_of(const Message& message) {
  const VirtualNode& receiver = node(message.to);
  return mailbox_number(receiver, receiver.neighbor_index(message.from));
}

/// The network hands a message over, or it is due once more. Parts of reads and of all-reduces take no turns.
void Simulation::World::deliver(MessageId id) {
  if (is_noticed_later(id)) return;
  const Message& message = messages_[id];
  const bool apart = message.kind >= Message::Kind::part && message.kind <= Message::Kind::shown;
  if (!turns_ || apart || message.in_turn) return let_in(id);
  turns_->come(pair_of(message), id, [this](MessageId next) {
    messages_[next].in_turn = true;
    let_in(next);
  });
}

void Simulation::World::let_in(MessageId id) {
  if (faults_ && !arrives_despite_faults(id)) return;
  if (setup_.timeline) setup_.timeline->delivered(now_, id);
  Message& message = messages_[id];
  if (message.kind >= Message::Kind::part) return deliver_aside(id);
  transfer_.change(now_, -1);
  VirtualNode& receiver = node(message.to);
  const NodeId sender = message.from;
  ++receiver.counters_.received_messages;
  receiver.counters_.received_bytes += message.size;
  delay_gradient(receiver, message.size);
  if (message.kind == Message::Kind::reply) {
    receiver.answer_ = take_content(message);
    messages_.remove(id);
    receiver.exchange_ = VirtualNode::Stage::ready;
    receiver.meet();
    wake_if_there(receiver, Wait::exchange, sender);
  } else if (message.kind == Message::Kind::request && receiver.handler_) {
    answer(id, receiver);
  } else {
    receiver.mailbox(sender).push(id, messages_);
    wake_if_there(receiver, message.kind == Message::Kind::model ? Wait::message : Wait::exchange, sender);
  }
}

void Simulation::World::answer(MessageId id, VirtualNode& partner) {
  const NodeId initiator = messages_[id].from;
  const std::uint16_t question = messages_[id].question;
  const Encoded theirs = take_content(messages_[id]);
  messages_.remove(id);
  const Encoded mine = partner.handler_(theirs);
  partner.meet();
  send(partner.id(), initiator, Message::Kind::reply, mine, question);
}

/// Requests that have come before the node had a handler.
void Simulation::World::answer_waiting(VirtualNode& node) {
  for (std::size_t k = 0; k < node.in_neighbors().size(); ++k) {
    Mailbox& box = node.mailboxes_[k];
    for (Mailbox all = std::exchange(box, {}); !all.empty();) {
      const MessageId id = all.unlink_first(messages_);
      if (messages_[id].kind == Message::Kind::request) {
        answer(id, node);
      } else if (messages_[id].kind == Message::Kind::lost_request) {
        tell_unanswered(id);
      } else {
        box.push(id, messages_);
      }
    }
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// What can be seen from outside.

std::optional<std::string> Simulation::World::observe() {
  look_due_ = false;
  events_at_look_ = events_;
  time_of_look_ = now_;
  auto why = observer_->observe(snapshot());
  next_look_ = observer_->next();
  return why;
}

NodeCounters Simulation::World::counters(const VirtualNode& node) const {
  NodeCounters counters = node.counters_;
  if (node.gradient_ == VirtualNode::Stage::under_way && !is_down(node.id()))
    counters.computing += now_ - node.gradient_start_;
  return counters;
}

Snapshot Simulation::World::snapshot() const {
  Snapshot result{.time = now_,
                  .total = {},
                  .models = models_,
                  .reports = reports_,
                  .transfer = transfer_.until(now_) + collective_transfer_.until(now_)};
  if (DataPlane* const plane = setup_.plane) result.decode_failures = [plane] { return plane->decode_failures(); };
  for (const VirtualNode& node : nodes_) result.total += counters(node);
  if (faults_) add_faults(result);
  return result;
}

End Simulation::World::end(End::Reason reason, std::string detail) const {
  return {.reason = reason, .detail = std::move(detail), .time = now_, .events = events_};
}

/// Nothing is left to happen: everybody has finished, or somebody waits for what will never come.
End Simulation::World::drained() const {
  NodeId waiting = 0, early = 0;
  WaitList waits;
  for (const VirtualNode& node : nodes_) {
    if (node.done_) {
      early += is_early(node.counters_.node_steps, limits_) ? 1 : 0;
    } else if (is_down(node.id())) {
      waits.add_down(node.id());
    } else {
      ++waiting;
      waits.add(node.id(), node.waiting_, node.waiting_for_);
    }
  }
  return end(reason_when_drained(waiting, early, limits_), waits.text());
}

}  // namespace gossamer
