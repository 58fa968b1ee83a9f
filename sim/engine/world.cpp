#include "sim/engine/world.hpp"

#include <cassert>
#include <cmath>
#include <limits>
#include <tuple>
#include <utility>

#include <fmt/format.h>

namespace gossamer {
namespace {

/// Number of events between two checks for an interrupt.
constexpr std::uint64_t interrupt_interval = 1024;

bool is_set(const std::atomic<bool>* flag) { return flag && flag->load(std::memory_order_relaxed); }

void fetch(const void* start, std::size_t bytes) {
  constexpr std::size_t cache_line = 64;
  asm volatile("");  // GCC treats a function that only prefetches as pure, and drops the calls
  for (std::size_t offset = 0; offset < bytes; offset += cache_line)
    __builtin_prefetch(static_cast<const char*>(start) + offset);
}

}  // namespace

Simulation::World::World(Setup setup)
    : SharedWorld{cluster_of(setup, setup.timeline), std::move(setup.meetings), {0, setup.mixing.size()}},
      setup_{std::move(setup)},
      unfinished_{setup_.mixing.size()},
      idle_outages_{setup_.mixing.size()} {
  const std::size_t count = nodes_.size();
  if (setup_.network.handling(setup_.payload) > Seconds{0}) delays_.resize(count);
  if (takes_time_to_average(setup_.step_times)) averaged_.resize(count);
  attention_ = setup_.network.attention();
  if (attention_ > Seconds{0}) gradients_due_.resize(count);
  if (!setup_.network.keeps_order()) message_order_.emplace(pairs_);
  assert((!setup_.faults || setup_.faults->outages.empty() || setup_.collectives == Collectives::formula) &&
         "an all-reduce that is played needs every node");
}

// ---------------------------------------------------------------------------------------------------------------------
// The clock.

End Simulation::World::run(const Program& program, const Limits& limits, Observer* observer,
                           const std::atomic<bool>* interrupt) {
  limits_ = limits;
  observer_ = observer;
  if (observer_) next_observation_ = observer_->next();
  start(program);
  const auto ended = loop(interrupt);
  End result = ended ? *ended : drained();
  if (!ended && is_livelocked()) result.reason = End::Reason::stuck;
  const bool seen = events_at_observation_ == events_ && time_of_observation_ == now_;
  if (observer_ && !seen && result.reason != End::Reason::observer) {
    if (auto why = observe()) result = end(End::Reason::observer, std::move(*why));
  }
  result.time = now_;
  if (setup_.timeline) setup_.timeline->over(now_);
  return result;
}

void Simulation::World::start(const Program& program) {
  if (faults_) faults_->begin(program);
  for (WorldNode& node : nodes_) {
    node.task = program(node);
    schedule(now_, Kind::start, node.id());
  }
}

std::optional<End> Simulation::World::loop(const std::atomic<bool>* interrupt) {
  while (!queue_.empty()) {
    const Event event = queue_.pop([this](std::uint64_t what, Lead lead) { prefetch(what, lead); });
    if (is_dropped(event)) continue;
    if (Seconds{event.time} > now_) {
      if (auto ended = advance(Seconds{event.time}, interrupt)) return ended;
    }
    handle(event.what);
    ++events_;
    if (is_livelocked()) return std::nullopt;
    if (events_ % interrupt_interval == 0 && is_set(interrupt)) return end(End::Reason::interrupted);
  }
  return std::nullopt;
}

/// Whether a wake of the network or of a node comes too early, or a fault or its detection concerns no node that goes on.
bool Simulation::World::is_outdated(const EventWord& word, Seconds time) const {
  const WorldNode& node = nodes_[index(word.node)];
  switch (word.kind) {
    case Kind::wake:
      return !setup_.network.awaits(time, word.token);
    case Kind::timer:
      return time < receptions_[index(word.node)].due(node.waiting);
    case Kind::detected:
      return unfinished_ == 0;
    case Kind::fault:
      return unfinished_ == 0 || node.done;
    default:
      return false;
  }
}

/// Moves the clock to the next event. Observations and the end of the run that are due earlier come first.
std::optional<End> Simulation::World::advance(Seconds time, const std::atomic<bool>* interrupt) {
  if (!std::isfinite(time.count()) && !limits_.virtual_time) return end_at_infinite_time();
  if (limits_.sent_bytes && sent_bytes_ >= *limits_.sent_bytes) return end(End::Reason::sent_bytes);
  const Seconds horizon = std::min(time, limits_.virtual_time.value_or(time));
  if (observer_ && (observation_due_ || (models_changed_ && next_observation_.at_changes))) {
    if (auto why = observe()) return end(End::Reason::observer, std::move(*why));
  }
  while (observer_ && next_observation_.time < horizon) {
    now_ = std::max(now_, next_observation_.time);
    if (auto why = observe()) return end(End::Reason::observer, std::move(*why));
    if (is_set(interrupt)) return end(End::Reason::interrupted);
  }
  now_ = horizon;
  if (limits_.virtual_time && time > *limits_.virtual_time) return end(End::Reason::virtual_time);
  return std::nullopt;
}

/// Prefetches the memory that an event will touch, since large clusters do not fit in the caches. The node and the
/// message are fetched first. Closer to the event, when these are in the cache, the data that they point to follows:
/// the program's frame, and the neighbors of a node that may be about to choose one.
void Simulation::World::prefetch(std::uint64_t what, Lead lead) const {
  const EventWord word = EventWord::unpack(what);
  constexpr std::size_t frame_bytes = 256;  // the part of a frame that every program uses
  const WorldNode& node = nodes_[index(word.node)];
  if (lead == Lead::far) {
    fetch(&node, sizeof(WorldNode));
    if (word.kind == Kind::deliver) fetch(&messages_[word.token], sizeof(Message));
  } else {
    fetch(node.task.frame(), frame_bytes);
    if (word.kind == Kind::gradient) {
      fetch(node.in_neighbors().data(), 1);
      if (!mailboxes_.empty()) fetch(&mailboxes_[first_mailbox(node)], 1);
    }
  }
}

void Simulation::World::handle(std::uint64_t what) {
  const EventWord word = EventWord::unpack(what);
  WorldNode& node = nodes_[index(word.node)];
  switch (word.kind) {
    case Kind::start:
      return faults_ ? faults_->start(node) : resume(node);
    case Kind::gradient:
      return end_gradient(node, word.token);
    case Kind::wake:
      return setup_.network.wake(now_, word.token, *this);
    case Kind::deliver:
      return deliver(word.token);
    case Kind::all_reduced:
      return end_all_reduce(node, word.token);
    case Kind::released:
      return release(node);
    case Kind::timer:
      return end_timer(node);
    case Kind::detected:
      return detected(node);
    case Kind::fault:
      return faults_->handle(node, FaultEvent::unpack(word.token));
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// Gradients.

/// A node that wants to compute handles its messages first.
void Simulation::World::begin_computation(WorldNode& node, const Computation& what, const Params& x) {
  if (x) gradient_value(node) = x;
  const std::uint64_t step = next_address(node);
  const Seconds start = delays_.empty() ? now_ : std::max(now_, setup_.network.handled_until(node.id()));
  const Seconds duration = what.steps * setup_.step_times.duration(node.id(), step, start);
  schedule_gradient(start + duration + averaging(node, step), node);
}

/// The time that averaging the messages received since the last step adds to this step of the node.
Seconds Simulation::World::averaging(const WorldNode& node, std::uint64_t step) {
  if (averaged_.empty()) return Seconds{0};
  return averaged_[index(node.id())].next(setup_.step_times, counters_of(node).received_bytes, step);
}

void Simulation::World::end_gradient(WorldNode& node, std::uint32_t number) {
  if (number != computation_number(node) || (faults_ && !faults_->is_finished(node))) return;
  if (is_delayed(node)) return;
  idle_outages_.end();
  if (static_cast<double>(steps_ + 1) >= next_observation_.node_steps * workers()) observation_due_ = true;
  finish_computation(node);
}

/// Whether messages took processor time from a gradient that is due. If so, it is due again later.
bool Simulation::World::is_delayed(const WorldNode& node) {
  if (delays_.empty()) return false;
  const Seconds delay = std::exchange(delays_[index(node.id())], Seconds{0});
  if (delay == Seconds{0}) return false;
  schedule_gradient(now_ + delay, node);
  return true;
}

/// The processor of a node that is read takes no part in the read.
void Simulation::World::carry(MessageId id) {
  const Message& message = messages_[id];
  const auto [from, to, size, kind] = std::tuple{message.from, message.to, message.size, message.kind};
  if (kind == Message::Kind::read || kind == Message::Kind::exposed) {
    const NodeId read = kind == Message::Kind::read ? to : from;
    setup_.network.send_one_sided(now_, id, from, to, size, read, *this);
    if (read == from) return;
  } else {
    if (message_order_ && keeps_order(kind)) message_order_->send(pair_of(message), id);
    setup_.network.send(now_, id, from, to, size, *this);
  }
  occupy(node(from), size);
}

// ---------------------------------------------------------------------------------------------------------------------
// The view from outside.

std::optional<std::string> Simulation::World::observe() {
  observation_due_ = models_changed_ = false;
  events_at_observation_ = events_;
  time_of_observation_ = now_;
  auto why = observer_->observe(snapshot());
  next_observation_ = observer_->next();
  return why;
}

Snapshot Simulation::World::snapshot() const {
  Snapshot result{.time = now_,
                  .total = {},
                  .models = models_,
                  .reports = reports_,
                  .transfer = transfer_.until(now_) + collective_transfer_.until(now_)};
  if (DataPlane* const plane = setup_.plane) result.decode_failures = [plane] { return plane->decode_failures(); };
  for (const WorldNode& node : nodes_) result.total += counters(node.id());
  if (!faults_) return result;
  result.faults.emplace();
  for (const WorldNode& node : nodes_) {
    *result.faults += fault_counters(node.id());
    if (!is_down(node)) result.living.push_back(node.id());
  }
  return result;
}

End Simulation::World::end(End::Reason reason, std::string detail) const {
  return {.reason = reason, .detail = std::move(detail), .time = now_, .events = events_};
}

/// The end of a run without pending events: all nodes have finished, or some node waits for ever.
End Simulation::World::drained() const {
  Drained drained{limits_};
  for (const WorldNode& node : nodes_)
    drained.add({.id = node.id(),
                 .done = node.done,
                 .down = is_down(node),
                 .node_steps = node.counters.node_steps,
                 .waiting = node.waiting,
                 .waiting_for = node.waiting_for});
  return end(drained.reason(), drained.waits());
}

/// The end of a run whose next event is at an infinite time: that event never happens.
End Simulation::World::end_at_infinite_time() const {
  return end(End::Reason::stuck, fmt::format("what comes next is more than {:.3g} s from the start: {}",
                                             std::numeric_limits<double>::max(), drained().detail));
}

}  // namespace gossamer
